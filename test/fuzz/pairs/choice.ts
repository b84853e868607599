/** The dimensions: what can be chosen independently of each other, as far as the language allows. The first value of each is the plain one. */
import { FORMAT_NAMES, formatOf, MODIFIER_NAMES } from '../../../src/lang/schema/formats/formats.js';
import { FORMS } from './world.js';

export const DIMENSIONS = {
  statement: [
    'select',
    'count',
    'get',
    'watch',
    'explain',
    'explain analyze',
    'assert',
    'let',
    'insert from',
    'update',
    'delete',
    'zero',
  ],
  table: ['conntrack', 'expect', 'dying', 'unconfirmed', 'stats', 'expect_stats', 'sysctl'],
  place: [
    'none',
    'kernel',
    'netns',
    'every netns',
    'pid',
    'ssh',
    'standard input',
    'use netns',
    'use every netns',
    'use ssh',
    'use file',
    '--netns',
    '--file',
    ...Object.keys(FORMS).map(form => `file ${form}`),
    'from file',
  ],
  columns: ['whole', 'star', 'fields', 'expressions', 'aggregates', 'groups', 'distinct', 'netns'],
  where: [
    'none',
    'pushable',
    'pushable mark',
    'residual',
    'mixed',
    'negated',
    'network',
    'host',
    'list',
    'negated list',
    'in subquery',
    'value of a subquery',
    'flags',
    'state',
    'null',
    'like',
    'labels',
    'icmp',
    'variable',
    'tuple',
    'case',
    'exists',
    'text',
    'function',
  ],
  join: ['none', 'csv', 'left json', 'left jsonl', 'network', 'stats', 'sysctl', 'expect', 'same', 'left same'],
  order: ['none', 'asc', 'desc'],
  limit: ['none', 'limit', 'offset'],
  having: ['none', 'having'],
  except: ['none', 'same', 'file'],
  repeat: ['none', 'every'],
  nesting: ['none', 'from', 'with', 'union all', 'union', 'named query'],
  format: [
    'none',
    ...FORMAT_NAMES.filter(name => !['metrics', 'lines', 'one grouped result'].includes(formatOf(name).requires ?? '')),
  ],
  modifier: ['none', ...MODIFIER_NAMES],
  output: ['clause', 'option'],
  destination: ['stdout', 'to file', '--to'],
  way: ['argument', 'execute', 'script', 'pipe', 'library'],
  filter: ['kernel filter', '--no-kernel-filter'],
  extra: ['none', '--timing', '--color', '--read-only', '--dry-run'],
} as const satisfies Record<string, readonly string[]>;

export type Dimension = keyof typeof DIMENSIONS;
export type Choice = { readonly [D in Dimension]: string };

export const NAMES = Object.keys(DIMENSIONS) as readonly Dimension[];

/** The first of each. */
export const PLAIN: Choice = Object.fromEntries(NAMES.map(name => [name, DIMENSIONS[name][0]])) as Choice;

/** What differs from the plain one, for people. */
export const nameOf = (choice: Choice): string =>
  NAMES.filter(name => choice[name] !== PLAIN[name])
    .map(name => `${name}=${choice[name]}`)
    .join(', ');
