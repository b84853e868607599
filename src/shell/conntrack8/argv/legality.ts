import { type CommandName, FORMS, type Form, type TableName } from '../commands.js';
import { type CommandOption, OPTION_NAMES, OPTIONS, type OptionName } from '../option-table.js';
import { refuse } from './mistake.js';

/** What each of some options is with a command (`CommandOption.marks`): one mark an option. */
export type Marks = string;

const columnOf = (column: number): Marks =>
  OPTION_NAMES.map(name => (OPTIONS[name] as CommandOption).marks.replaceAll(' ', '')[column]).join('');

const MARKS: ReadonlyMap<string, Marks> = new Map(FORMS.map((form, column) => [form, columnOf(column)]));

/** The one that all other commands, and a line without a command, accept: `-a`, which is ignored. */
const NOTHING = OPTION_NAMES.map(name => (name === 'nat-range' ? '2' : '0')).join('');

const marksOf = (form: Form | undefined): Marks => (form === undefined ? undefined : MARKS.get(form)) ?? NOTHING;

/** @throws Refusal for an option that is missing, and for one that does not go with the command, whichever comes first */
export function checkOptions(form: Form | undefined, has: (name: OptionName) => boolean): void {
  const marks = marksOf(form);
  checkMarks(OPTION_NAMES, marks, has);
  if (marks[0] !== '3') return;
  if (has('src') && has('dst')) return;
  if (has('reply-src') && has('reply-dst')) return;
  const reply = (has('reply-src') || has('reply-dst')) && !has('src') && !has('dst');
  refuse(`you have to specify ${reply ? "`--reply-src' and `--reply-dst'" : "`--src' and `--dst'"}`);
}

/** Checks options against their marks: required, possible, or not. @throws Refusal in conntrack(8)'s words */
export function checkMarks<T extends string>(names: readonly T[], marks: Marks, has: (name: T) => boolean): void {
  for (const [index, name] of names.entries()) {
    const mark = marks[index];
    if (mark === '1' && !has(name)) refuse(`You need to supply the \`--${name}' option for this command`);
    if (mark === '0' && has(name)) refuse(`Illegal option \`--${name}' with this command`);
  }
}

/** What `-z` takes for a filter. */
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

/** @throws Refusal for what has a meaning only with another option */
export function checkFilters(command: CommandName | undefined, table: TableName, given: ReadonlySet<OptionName>): void {
  if (table !== 'conntrack' || command === 'help') return;
  if (command === 'list' && given.has('zero')) {
    const filter = COMPARED.find(name => given.has(name));
    if (filter !== undefined)
      refuse("Can't use -z with filtering parameters", 2, `--${filter} filters; -z resets the counters of all entries`);
  }
  if (given.has('mask-src') && !given.has('src')) refuse("Can't use --mask-src without --src");
  if (given.has('mask-dst') && !given.has('dst')) refuse("Can't use --mask-dst without --dst");
}
