import type { SUBJECT_TOPICS } from '../../lang/check/statements/help-topics.js';
import { EXPRESSIONS } from './subjects/expressions.js';
import { PLACES } from './subjects/places.js';
import { RESULTS } from './subjects/results.js';
import { WORKING } from './subjects/working.js';
import type { HelpTopic } from './topic.js';

/** The help pages of subjects other than statements. */
export const SUBJECTS = {
  ...EXPRESSIONS,
  ...RESULTS,
  ...PLACES,
  ...WORKING,
} satisfies Record<(typeof SUBJECT_TOPICS)[number], HelpTopic>;
