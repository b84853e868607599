/** The command line of `ctq top`, and what follows `.top`. */
import { statSync } from 'node:fs';
import { CtqError } from '../../engine/errors.js';
import { Diagnostics } from '../../lang/diagnostics/diagnostic.js';
import { nearest } from '../../lang/diagnostics/did-you-mean.js';
import { readNumber } from '../../lang/syntax/literals/number.js';
import type { TopArguments } from '../options/options.js';
import { conditionMeant } from '../session/shorthand.js';
import { FLOW_COLUMN_NAMES } from './table/flow-columns.js';
import { groupColumnNames } from './table/group-columns.js';
import { GROUPING_NAMES, type GroupingName } from './view.js';

export interface TopOptions {
  /** Milliseconds between two refreshes. */
  readonly every: number;
  /** Empty for none. */
  readonly filter: string;
  readonly grouping?: GroupingName;
  readonly sort?: { readonly name: string; readonly descending: boolean };
  /** As `n` takes it; undefined: the place of the session. */
  readonly place?: string;
  /** A word alone that is taken as the condition, but may have been meant as a file. */
  readonly word?: string;
}

const DEFAULT_EVERY = 2000;
const LEAST_EVERY = 100;
const MAX_EVERY = 3_600_000;

const wrong = (message: string, hint?: string): CtqError =>
  new CtqError({ code: 'command-line', kind: 'statement', message, ...(hint === undefined ? {} : { hint }) });

/** @throws CtqError for an invalid option */
export function topOptions({ words, every, filter, group, sort, in: place }: TopArguments): TopOptions {
  const file = words.length === 1 && isPath(words[0]) ? words[0] : undefined;
  if (file !== undefined && place !== undefined) throw wrong('a file and --in cannot be combined', 'choose one place');
  const condition = file === undefined ? conditionMeant(words.join(' ')) : '';
  if (condition !== '' && filter !== undefined)
    throw wrong('a condition and --filter cannot be combined', `write: --filter "(${filter}) and ${condition}"`);
  const grouping = group === undefined ? undefined : groupingOf(group);
  return {
    every: every === undefined ? DEFAULT_EVERY : intervalOf(every),
    filter: filter === undefined ? condition : conditionMeant(filter),
    ...(grouping === undefined ? {} : { grouping }),
    ...(sort === undefined ? {} : { sort: sortOf(sort, grouping) }),
    ...(file === undefined ? {} : { place: `file ${quoted(file)}` }),
    ...(place === undefined ? {} : { place }),
    ...(condition !== '' && words.length === 1 && MAY_BE_PATH.test(words[0]) ? { word: words[0] } : {}),
  };
}

/** A file that exists, or a path that can be nothing else. */
const isPath = (text: string): boolean => isFile(text) || /^(?:\.{0,2}|~)\/[^\s]*$/.test(text);

const MAY_BE_PATH = /^[\w./~+@:-]+$/;

function isFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function intervalOf(text: string): number {
  const span = { start: 0, end: text.length };
  const value = readNumber(text.trim(), span, new Diagnostics());
  // A number alone is seconds, as other programs take it.
  const unit = value?.type === 'duration' ? 1e-6 : value?.type === 'integer' || value?.type === 'decimal' ? 1000 : 0;
  const every = Number(value?.value ?? 0) * unit;
  if (every >= LEAST_EVERY && every <= MAX_EVERY) return every;
  throw wrong(`invalid --every '${text}': expected 100ms to 1h`, 'write: --every 2s');
}

function groupingOf(text: string): GroupingName {
  const name = GROUPING_NAMES.find(each => each === text.toLowerCase());
  if (name !== undefined) return name;
  const best = nearest(text, GROUPING_NAMES);
  throw wrong(`unknown --group '${text}'`, best ? `did you mean ${best}?` : `groups are ${GROUPING_NAMES.join(', ')}`);
}

/** `bytes`, `-bytes`: the minus reverses the order that the column has at first. */
function sortOf(text: string, grouping: GroupingName | undefined): { name: string; descending: boolean } {
  const names = grouping === undefined ? FLOW_COLUMN_NAMES : groupColumnNames(grouping);
  const isReversed = text.startsWith('-');
  const given = isReversed ? text.slice(1) : text;
  const name = names.find(each => each === given.toLowerCase());
  if (name === undefined) {
    const best = nearest(given, names);
    throw wrong(`unknown --sort '${text}'`, best ? `did you mean ${best}?` : `columns are ${names.join(', ')}`);
  }
  return {
    name,
    descending:
      !/^(?:netns|proto|source|destination|nat|state|helper|labels|network|port|service)$/.test(name) !== isReversed,
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
