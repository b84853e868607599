import { refuse } from './mistake.js';
import type { CommandName, OptionName, TableName } from './options.js';
import { OPTION_NAMES } from './options.js';

/** A command and the kind of table that it is for. */
export type Form = `${CommandName} ${'conntrack' | 'expect'}`;

/** What an option is beside a command: `0` not possible, `1` wanted, `2` possible, `3` one of a pair of which one must be whole. */
export type Marks = string;

/** One mark for each of OPTION_NAMES. */
const ROWS: Readonly<Partial<Record<Form, Marks>>> = {
  //                  s d r q  p t u z  e [ ] {  } a m i  f n g o  c b j w  l < > (  )  M
  'list conntrack': ' 2 2 2 2  2 0 2 2  0 0 0 2  2 2 2 0  2 2 2 2  2 0 2 2  2 0 0 2  2  2',
  'create conntrack': '3 3 3 3  1 1 2 0  0 0 0 0  0 2 2 0  0 2 2 0  0 0 0 2  0 2 0 2  2  0',
  'add conntrack': '  3 3 3 3  1 1 2 0  0 0 0 0  0 2 2 0  0 2 2 0  0 0 0 2  0 2 0 2  2  0',
  'update conntrack': '2 2 2 2  2 2 2 0  0 0 0 2  2 2 2 2  2 2 2 2  0 0 0 0  2 2 2 0  0  2',
  'delete conntrack': '2 2 2 2  2 2 2 0  0 0 0 2  2 2 2 2  2 2 2 2  0 0 0 2  2 0 0 2  2  2',
  'get conntrack': '  3 3 3 3  1 0 0 0  0 0 0 0  0 2 0 2  0 0 0 2  0 0 0 0  2 0 0 0  0  0',
  'flush conntrack': '0 0 0 0  0 0 0 0  0 0 0 0  0 2 0 0  2 0 0 0  0 0 0 0  0 0 0 0  0  0',
  'event conntrack': '2 2 2 2  2 0 0 0  2 0 0 2  2 2 2 0  2 2 2 2  2 2 2 2  2 0 0 2  2  2',
  'list expect': '    0 0 0 0  0 0 0 0  0 0 0 0  0 2 0 0  2 0 0 2  0 0 0 0  0 0 0 0  0  0',
  'create expect': '  1 1 2 2  1 1 2 0  0 1 1 1  1 2 0 0  0 0 0 0  0 0 0 0  0 0 0 0  0  0',
  'delete expect': '  1 1 2 2  1 0 0 0  0 0 0 0  0 2 0 0  0 0 0 0  0 0 0 0  0 0 0 0  0  0',
  'get expect': '     1 1 2 2  1 0 0 0  0 0 0 0  0 2 0 0  0 0 0 0  0 0 0 0  0 0 0 0  0  0',
  'event expect': '   0 0 0 0  0 0 0 0  0 0 0 0  0 2 0 0  0 0 0 2  0 0 0 0  0 0 0 0  0  0',
  'help conntrack': ' 0 0 0 0  2 0 0 0  0 0 0 0  0 2 0 0  0 0 0 0  0 0 0 0  0 0 0 0  0  0',
  'help expect': '    0 0 0 0  2 0 0 0  0 0 0 0  0 2 0 0  0 0 0 0  0 0 0 0  0 0 0 0  0  0',
};

/** The one that all other commands, and a line without a command, have: `-a`, which is passed over. */
const NOTHING = OPTION_NAMES.map(name => (name === 'nat-range' ? '2' : '0')).join('');

const MARKS: ReadonlyMap<string, Marks> = new Map(
  Object.entries(ROWS).map(([form, marks]) => [form, marks.replaceAll(' ', '')]),
);

const marksOf = (form: Form | undefined): Marks => (form === undefined ? undefined : MARKS.get(form)) ?? NOTHING;

/** @throws Refusal for an option that is missing, and for one that does not go with the command, whichever stands first */
export function checkOptions(form: Form | undefined, has: (name: OptionName) => boolean): void {
  const marks = marksOf(form);
  checkMarks(OPTION_NAMES, marks, has);
  if (marks[0] !== '3') return;
  if (has('src') && has('dst')) return;
  if (has('reply-src') && has('reply-dst')) return;
  const reply = (has('reply-src') || has('reply-dst')) && !has('src') && !has('dst');
  refuse(`you have to specify ${reply ? "`--reply-src' and `--reply-dst'" : "`--src' and `--dst'"}`);
}

export function checkMarks<T extends string>(names: readonly T[], marks: Marks, has: (name: T) => boolean): void {
  for (const [index, name] of names.entries()) {
    const mark = marks[index];
    if (mark === '1' && !has(name)) refuse(`You need to supply the \`--${name}' option for this command`);
    if (mark === '0' && has(name)) refuse(`Illegal option \`--${name}' with this command`);
  }
}

/** What `-z` counts as a filter. */
const COMPARED: readonly OptionName[] = [
  'protonum',
  'src',
  'dst',
  'reply-src',
  'reply-dst',
  'mark',
  'secmark',
  'status',
  'id',
  'zone',
  'label',
  'orig-zone',
  'reply-zone',
];

/** @throws Refusal for what only means something beside another option. */
export function checkFilters(command: CommandName | undefined, table: TableName, given: ReadonlySet<OptionName>): void {
  if (table !== 'conntrack' || command === 'help') return;
  if (command === 'list' && given.has('zero')) {
    const filter = COMPARED.find(name => given.has(name));
    if (filter !== undefined) refuse("Can't use -z with filtering parameters", 2, `--${filter} is one`);
  }
  if (given.has('mask-src') && !given.has('src')) refuse("Can't use --mask-src without --src");
  if (given.has('mask-dst') && !given.has('dst')) refuse("Can't use --mask-dst without --dst");
}
