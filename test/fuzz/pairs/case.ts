/** A choice as a command line, and what it must give. */
import type { Choice } from './choice.js';
import { type JoinFacts, joinOf } from './joins.js';
import { type Entry, keyOf, type Texts } from './rows.js';
import { factsOf, type TableFacts, type TableName } from './tables.js';
import { FORMS, type World } from './world.js';

/** What a statement must give, as far as is known without ctq. */
export interface Expected {
  /** All rows that may come. */
  readonly rows: readonly Texts[];
  /** How many come, where not all of them. */
  readonly count: number;
  /** Which of a row's texts they are sorted by; the texts that these must be in turn. */
  readonly order?: { readonly column: number; readonly texts: readonly string[] };
  /** The rows are whole entries: `rows` has what tells them apart. */
  readonly isWhole: boolean;
  /** They are whole entries with the columns of a join: columns, among which `rows` has some. */
  readonly isJoined?: boolean;
  /** The names of the texts of a row. */
  readonly names: readonly string[];
}

export interface Case {
  readonly choice: Choice;
  readonly text: string;
  readonly args: readonly string[];
  readonly input: string;
  /** Where the result is, if not on the standard output. */
  readonly file?: string;
  /** The statement is refused when it runs, as the place has no such table. */
  readonly isRefused: boolean;
  /** Undefined: only that nothing breaks is known. */
  readonly expected?: Expected;
}

interface Selection {
  readonly rows: readonly Texts[];
  readonly names: readonly string[];
  readonly isWhole: boolean;
  readonly isJoined?: boolean;
  /** The text that rows are sorted by. */
  readonly number: number;
  readonly columns: string;
  readonly group: string;
  readonly order: string;
}

const numberOf = (text: string): number => (text === '' ? Number.POSITIVE_INFINITY : Number(text));

/** Null, which is infinite here, is last both ways. */
function inOrder(texts: readonly string[], isDescending: boolean): string[] {
  const known = texts.filter(text => text !== '').sort((a, b) => numberOf(a) - numberOf(b));
  if (isDescending) known.reverse();
  return [...known, ...texts.filter(text => text === '')];
}

function unique(rows: readonly Texts[]): Texts[] {
  return [...new Map(rows.map(row => [keyOf(row), row])).values()];
}

function grouped(rows: readonly Entry[], keys: readonly string[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const row of rows) {
    const key = keyOf(keys.map(name => row[name]));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

function aggregatesOf(rows: readonly Entry[], number: string, key: string): Texts {
  const numbers = rows
    .map(row => row[number])
    .filter(text => text !== '')
    .map(Number);
  const extreme = (which: (...values: number[]) => number): string =>
    numbers.length === 0 ? '' : String(which(...numbers));
  const keys = new Set(rows.map(row => row[key]).filter(text => text !== ''));
  return [
    String(rows.length),
    extreme(Math.min),
    extreme(Math.max),
    String(numbers.length),
    String(keys.size),
    numbers.length === 0 ? '' : String(numbers.reduce((sum, each) => sum + each, 0)),
  ];
}

/** @returns undefined where these columns cannot be written with that statement */
function selectionOf(
  kind: string,
  facts: TableFacts,
  join: JoinFacts | undefined,
  rows: readonly Entry[],
  isHaving: boolean,
): Selection | undefined {
  const { columns, number, key, fields, identity } = facts;
  const numeric = columns[number];
  const more = join === undefined ? [] : [join.column];
  const plain = { isWhole: false, group: '', number: 0, order: '1' };
  const having = isHaving ? ' having count(*) > 1' : '';
  if (isHaving && kind !== 'aggregates' && kind !== 'groups') return undefined;
  switch (kind) {
    case 'whole':
    case 'star': {
      const names = kind === 'star' ? [...identity, ...more] : identity;
      return {
        rows: rows.map(row => names.map(name => row[name])),
        names,
        isWhole: true,
        isJoined: kind === 'star' && join !== undefined,
        number: identity.indexOf(number),
        columns: kind === 'star' ? '*' : '',
        group: '',
        order: numeric,
      };
    }
    case 'fields': {
      const names = [...fields, ...more];
      return {
        ...plain,
        rows: rows.map(row => names.map(name => row[name])),
        names,
        number: fields.indexOf(number),
        columns: [...fields.map(name => columns[name]), ...more].join(', '),
        order: String(fields.indexOf(number) + 1),
      };
    }
    case 'expressions':
      return {
        ...plain,
        rows: rows.map(row => [
          row[number] === '' ? '' : String(Number(row[number]) + 1),
          row[number] === '' ? '7' : row[number],
          row[key],
          ...more.map(name => row[name]),
        ]),
        names: ['next', 'known', key, ...more],
        columns: [`${numeric} + 1 as next`, `coalesce(${numeric}, 7) as known`, columns[key], ...more].join(', '),
      };
    case 'aggregates': {
      const values = aggregatesOf(rows, number, key);
      return {
        ...plain,
        rows: isHaving && rows.length < 2 ? [] : [values],
        names: ['n', 'lo', 'hi', 'known', 'keys', 'total'],
        columns: `count(*) as n, min(${numeric}) as lo, max(${numeric}) as hi, count(${numeric}) as known, count(distinct ${columns[key]}) as keys, sum(${numeric}) as total`,
        group: having,
      };
    }
    case 'groups': {
      const names = [key, ...more];
      const groups = [...grouped(rows, names).values()];
      const shown = groups.filter(each => !isHaving || each.length > 1);
      const list = [columns[key], ...more].join(', ');
      return {
        ...plain,
        rows: shown.map(each => [...names.map(name => each[0][name]), String(each.length)]),
        names: [...names, 'n'],
        number: names.length,
        columns: `${list}, count(*) as n`,
        group: ` group by ${list}${having}`,
        order: 'n',
      };
    }
    case 'distinct': {
      const names = [number, ...more];
      return {
        ...plain,
        rows: unique(rows.map(row => names.map(name => row[name]))),
        names,
        columns: `distinct ${[numeric, ...more].join(', ')}`,
      };
    }
    default:
      return {
        ...plain,
        rows: rows.map(row => [row.netns, row[number]]),
        names: ['netns', number],
        number: 1,
        columns: `netns, ${numeric}`,
        order: '2',
      };
  }
}

interface Located {
  /** The table as it follows `from`, with its place. */
  readonly from: string;
  /** After the name of a table in a subquery. */
  readonly inside: string;
  readonly use: string;
  readonly args: readonly string[];
  readonly netns: readonly string[];
  readonly file?: string;
  readonly form?: string;
  readonly usesInput?: true;
}

/** @returns undefined where there is no such place for the table */
function locate(choice: Choice, table: TableName, world: World): Located | undefined {
  const { place } = choice;
  const here = { inside: '', use: '', args: [], netns: [''] };
  const inside = (where: string, netns: readonly string[] = ['']): Located => ({
    ...here,
    from: `${table} in ${where}`,
    inside: ` in ${where}`,
    netns,
  });
  const kept = table === 'expect' ? 'expect' : 'conntrack';
  if (/ssh/.test(place) && !world.hasRelay) return undefined;
  if (place.startsWith('file ')) {
    const form = place.slice(5);
    const file = world.snapshot(kept, form);
    return { ...inside(`file '${file}'`), file, form };
  }
  const jsonl = world.snapshot(kept, 'jsonl');
  switch (place) {
    case 'none':
      return { ...here, from: table };
    case 'kernel':
      return inside('kernel');
    case 'netns':
      return inside('netns blue', ['blue']);
    case 'every netns':
      return inside('netns *', ['blue', 'gateway']);
    case 'pid':
      return inside(`pid ${world.pid}`);
    case 'ssh':
      return inside("ssh 'gw'");
    case 'use netns':
      return { ...here, from: table, use: 'use netns blue; ', netns: ['blue'] };
    case 'use every netns':
      return { ...here, from: table, use: 'use netns *; ', netns: ['blue', 'gateway'] };
    case 'use ssh':
      return { ...here, from: table, use: "use ssh 'gw'; " };
    case 'use file':
      return { ...here, from: table, use: `use file '${jsonl}'; `, file: jsonl, form: 'jsonl' };
    case '--netns':
      return { ...here, from: table, args: ['--netns', 'blue'], netns: ['blue'] };
    case '--file':
      return { ...here, from: table, args: ['--file', jsonl], file: jsonl, form: 'jsonl' };
    case 'from file':
      if (table !== 'conntrack') return undefined;
      return { ...here, from: `'${jsonl}'`, inside: ` in file '${jsonl}'`, file: jsonl, form: 'jsonl' };
    default:
      // Standard input is read once: subqueries look at the same table of the kernel.
      return {
        ...here,
        from: table === 'conntrack' ? "'-'" : `${table} in file '-'`,
        file: jsonl,
        form: 'jsonl',
        usesInput: true,
      };
  }
}

/** Rows with their partners in a join. */
function joined(rows: readonly Entry[], join: JoinFacts | undefined, all: readonly Entry[]): Entry[] {
  if (join === undefined) return [...rows];
  return rows.flatMap(row => {
    const partners = join.partners(row, all);
    const values = partners.length === 0 && join.isLeft ? [''] : partners;
    return values.map(value => ({ ...row, [join.column]: value }));
  });
}

/** What is between a statement and its output, and how many rows that leaves. */
function limitOf(kind: string, count: number): readonly [string, number, number] {
  if (kind === 'limit') return [' limit 3', Math.min(3, count), 0];
  if (kind === 'offset') return [' limit 2 offset 1', Math.max(0, Math.min(2, count - 1)), 1];
  return ['', count, 0];
}

/** A select inside another, or combined with itself. @returns undefined where it cannot be written so */
function nestedIn(
  nesting: string,
  select: string,
  { order, limit, way, place }: Choice,
): { readonly before: string; readonly query: string } | undefined {
  switch (nesting) {
    case 'from':
      return { before: '', query: `select from (${select}) as inner_rows` };
    case 'with':
      return { before: '', query: `with inner_rows as (${select}) select from inner_rows` };
    case 'union all':
    case 'union':
      // The order and the limit would be of the whole; standard input can be read only once.
      if (order !== 'none' || limit !== 'none' || place === 'standard input') return undefined;
      return { before: '', query: `${select} ${nesting} ${select}` };
    case 'named query':
      if (way === 'library') return undefined;
      return { before: `query pairs_of as ${select}; `, query: 'run pairs_of' };
    default:
      return { before: '', query: select };
  }
}

/** @returns undefined where the statement cannot be written so */
export function caseOf(choice: Choice, world: World): Case | undefined {
  const table = choice.table as TableName;
  const located = locate(choice, table, world);
  if (located === undefined) return undefined;
  const facts = factsOf(table, located.inside);
  const base = world.base(table);
  const condition = choice.where === 'none' ? undefined : facts.wheres[choice.where];
  if (choice.where !== 'none' && condition === undefined) return undefined;
  // Such a subquery tests no field of what is changed, which is refused.
  if (choice.where === 'exists' && (CHANGES.has(choice.statement) || choice.statement === 'get')) return undefined;
  const join = joinOf(choice.join, facts, world);
  if (choice.join !== 'none' && join === undefined) return undefined;
  const all = located.netns.flatMap(netns => base.map(row => ({ ...row, netns })));
  const met = all.filter(row => condition === undefined || condition.holds(row, base));
  const isHaving = choice.having === 'having';
  const rows = joined(met, join, base);
  const selection = selectionOf(choice.columns, facts, join, rows, isHaving);
  if (selection === undefined) return undefined;

  const joinText = join === undefined ? '' : ` ${join.text.replace('TABLE', table)}`;
  const where = condition === undefined ? '' : ` where ${condition.text}`;
  const order = choice.order === 'none' ? '' : ` order by ${selection.order} ${choice.order}`;
  const columns = selection.columns === '' ? '' : ` ${selection.columns}`;
  const plainSelect = choice.except === 'none' && choice.repeat === 'none';
  let result = selection.rows;

  // The right side of `except`: the same select with another condition, or of a file.
  let except = '';
  if (choice.except !== 'none') {
    const isFile = choice.except === 'file';
    if (located.usesInput && !isFile) return undefined;
    if (isFile && table !== 'conntrack' && table !== 'expect') return undefined;
    const { text, holds } = facts.wheres.residual;
    const others = (isFile ? base.map(row => ({ ...row, netns: '' })) : all).filter(row => holds(row, base));
    const right = selectionOf(choice.columns, facts, join, joined(others, join, base), isHaving);
    const file = world.snapshot(table, 'jsonl');
    const from = isFile ? (table === 'expect' ? `expect in file '${file}'` : `'${file}'`) : located.from;
    except = ` except select${columns} from ${from}${joinText} where ${text}${right?.group ?? ''}`;
    const known = new Set(right?.rows.map(keyOf));
    // Each row once; entries have a tuple of their own, but a join may repeat one.
    if (selection.isWhole && join !== undefined) return undefined;
    const once = selection.isWhole ? result : [...new Map(result.map(row => [keyOf(row), row])).values()];
    result = once.filter(row => !known.has(keyOf(row)));
  }
  const [limit, count, offset] = limitOf(choice.limit, result.length);
  if (choice.except !== 'none' && choice.limit !== 'none') return undefined;
  const repeat = choice.repeat === 'every' ? ' every 100ms for 130ms' : '';

  const tail = `${located.from}${joinText}${where}`;
  const select = `select${columns} from ${tail}${selection.group}${order}${limit}`;
  const needsPlain = (...names: readonly (keyof Choice)[]): boolean =>
    names.every(name => choice[name] === (name === 'columns' ? 'whole' : 'none'));
  let text: string;
  let expected: Expected | undefined = {
    rows: result,
    count,
    isWhole: selection.isWhole,
    isJoined: selection.isJoined,
    names: selection.names,
    ...(choice.order === 'none' || choice.except !== 'none'
      ? {}
      : {
          order: {
            column: selection.number,
            texts: inOrder(
              result.map(row => row[selection.number]),
              choice.order === 'desc',
            ).slice(offset, offset + count),
          },
        }),
  };
  // Columns such as the timeout differ between the two sides.
  if (selection.isJoined && choice.except !== 'none') expected = undefined;
  // Flows of ICMP that differ in their ids only are one row then, which a warning says.
  const lacksIds = located.form !== undefined && FORMS[located.form].lacks.includes('icmp_type');
  if (lacksIds && selection.isWhole && choice.except !== 'none') expected = undefined;
  const one = (value: string): Expected => ({ rows: [[value]], count: 1, isWhole: false, names: ['count(*)'] });
  const nested = nestedIn(choice.nesting, `${select}${except}`, choice);
  if (nested === undefined) return undefined;
  // The last `except` is of all before it, and leaves each row once.
  if (choice.nesting === 'union all' && choice.except === 'none' && expected)
    expected = { ...expected, rows: [...result, ...result], count: 2 * count };
  if (choice.nesting === 'union') {
    // Entries differ in more than the columns that are compared here; a join may repeat one.
    if (!selection.isWhole && expected) expected = { ...expected, rows: unique(result), count: unique(result).length };
    else if (join !== undefined) expected = undefined;
  }
  const takesNesting = ['select', 'explain', 'explain analyze', 'insert from'].includes(choice.statement);
  if (choice.nesting !== 'none' && !takesNesting) return undefined;
  switch (choice.statement) {
    case 'select':
      text = `${nested.before}${nested.query}${repeat}`;
      break;
    case 'explain':
    case 'explain analyze':
      text = `${nested.before}${choice.statement} ${nested.query}${repeat}`;
      break;
    case 'count':
      if (!needsPlain('columns', 'order', 'except')) return undefined;
      if (choice.limit === 'offset') return undefined;
      text = `count ${tail}${limit}${repeat}`;
      expected = one(String(rows.length));
      break;
    case 'get':
      if (!plainSelect || !needsPlain('join', 'order', 'limit', 'having')) return undefined;
      text = `get${columns} from ${tail}`;
      break;
    case 'watch': {
      if (choice.except !== 'none' || join !== undefined) return undefined;
      const every = choice.repeat === 'every' ? ' every 100ms' : '';
      text = `watch${columns} from ${located.from} with existing${where}${selection.group}${order}${limit}${every} for 250ms`;
      // Of a file, what is an event depends on its format.
      if (located.file !== undefined) expected = undefined;
      if (choice.limit !== 'none' || every !== '' || selection.group !== '' || choice.columns === 'aggregates')
        expected = undefined;
      break;
    }
    case 'assert':
    case 'let': {
      if (!plainSelect || !needsPlain('columns', 'order', 'limit', 'having')) return undefined;
      // The file does not have what the condition asks for.
      if (located.form !== undefined && condition?.needs?.some(name => FORMS[located.form!].lacks.includes(name)))
        return undefined;
      const count = `(select count(*) from ${tail})`;
      const [before, value] = choice.statement === 'let' ? [`let n = ${count}; `, '$n'] : ['', count];
      text = `${before}assert ${value} = ${rows.length}, 'there are not ${rows.length}'`;
      expected = undefined;
      break;
    }
    case 'insert from':
      if (choice.repeat !== 'none') return undefined;
      if (nested.before !== '') return undefined;
      // They exist where they are inserted into the table that they are read from.
      text = `insert into ${table} from (${nested.query}) on conflict ignore`;
      break;
    case 'update':
    case 'delete': {
      if (!plainSelect || !needsPlain('columns', 'order', 'having', 'join')) return undefined;
      const set = table === 'sysctl' ? ' set value = 1' : ' set timeout = 4242s';
      const condition = where === '' ? ' where true' : where;
      text =
        choice.statement === 'update'
          ? `update ${located.from}${set}${condition}${limit}`
          : `delete from ${located.from}${condition}${limit}`;
      break;
    }
    default:
      text = `${select} zero`;
      if (!plainSelect) return undefined;
  }
  return finished(choice, world, located, text, expected, condition?.needs ?? []);
}

const CHANGES = new Set(['insert from', 'update', 'delete', 'zero']);

/** The output, the options, and how the text gets to ctq. */
function finished(
  choice: Choice,
  world: World,
  located: Located,
  statement: string,
  expected: Expected | undefined,
  needs: readonly string[],
): Case | undefined {
  const args: string[] = [...located.args];
  const words = [choice.format, choice.modifier].filter(word => word !== 'none');
  const out = world.path('out');
  let text = statement;
  let file: string | undefined;
  const hasClause = !['explain', 'explain analyze', 'assert', 'let'].includes(choice.statement);
  if (choice.destination === 'to file') {
    if (choice.output === 'option' || words.length === 0 || !hasClause) return undefined;
    file = out;
    text += ` output ${words.join(', ')} to '${out}'`;
  } else if (choice.output === 'clause' && words.length > 0) {
    if (!hasClause) return undefined;
    text += ` output ${words.join(', ')}`;
  } else if (words.length > 0) args.push('-o', words.join(','));
  if (choice.destination === '--to') {
    args.push('--to', out);
    file = out;
  }
  if (choice.filter !== 'kernel filter') args.push(choice.filter);
  if (choice.extra === '--color') args.push('--color', 'always');
  else if (choice.extra !== 'none') args.push(choice.extra);
  if (CHANGES.has(choice.statement) && choice.extra !== '--dry-run') {
    // What changes nothing is seen by what it says; `--read-only` must refuse it.
    if (choice.extra !== '--read-only') args.push('--dry-run');
  }
  text = located.use + text;
  if (text.includes('$z')) args.push('--set', 'z=11');
  if (choice.way === 'library') {
    const isQuery = choice.statement === 'select' && located.use === '' && located.args.length === 0;
    if (!isQuery || words.length > 0 || file !== undefined || choice.extra !== 'none' || text.includes('$z'))
      return undefined;
    if (located.usesInput) return undefined;
  }
  if (choice.way === 'pipe' && located.usesInput) return undefined;
  const isOfKernel = choice.table !== 'conntrack' && choice.table !== 'expect';
  const lacks = located.form === undefined ? [] : FORMS[located.form].lacks;
  // Types of ICMP that XML lacks cannot be written as lines that restore the entries: ctq says so where they are read.
  const isLost = lacks.includes('icmp_type') && choice.format === 'save';
  const isKnown = !isLost && !needs.some(name => lacks.includes(name));
  return {
    choice,
    text,
    args,
    input: '',
    ...(file === undefined ? {} : { file }),
    isRefused: located.file !== undefined && isOfKernel,
    ...(located.usesInput ? { input: located.file ?? '' } : {}),
    ...(expected === undefined || !isKnown ? {} : { expected }),
  };
}
