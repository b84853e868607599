import type { STATEMENT_TOPICS } from '../../lang/check/statements/help-topics.js';
import { CHANGING } from './statements/changing.js';
import { READING } from './statements/reading.js';
import { SCRIPTING } from './statements/scripting.js';
import { SESSION } from './statements/session.js';
import type { HelpTopic } from './topic.js';

/** The help page of each statement. */
export const STATEMENTS = {
  ...READING,
  ...CHANGING,
  ...SCRIPTING,
  ...SESSION,
} satisfies Record<(typeof STATEMENT_TOPICS)[number], HelpTopic>;
