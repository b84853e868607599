import { swapped } from '../../../engine/formats/save/words.js';
import { DCCP_ROLES } from '../../../lang/schema/constants.js';
import { isModifier, modifierRefusal } from '../../../lang/schema/formats/formats.js';
import type { Expr, Output, SelectStatement } from '../../../lang/syntax/ast.js';
import type { Assignment, InsertStatement, Statement } from '../../../lang/syntax/statements.js';
import type { CommandLine } from '../argv/command-line.js';
import { type Mistake, Refusal, refuse } from '../argv/mistake.js';
import { saidBy } from '../option-table.js';
import {
  conditionOf,
  expectationCondition,
  expectationFamily,
  natConditions,
  STATES,
  selectingConditions,
  tupleConditions,
} from './conditions.js';
import { checkExpected, expectationRest, insertionOf } from './insertion.js';
import * as tree from './tree.js';

export type Translated = { readonly value: Statement } | { readonly mistake: Mistake };

type Rest = Readonly<Record<string, unknown>>;

/**
 * The statement that a command line means. Those without one (`-V`, `-h`, no command) are handled by the caller. Never throws.
 * @param rest what ctq's `output save` wrote after a line of a file
 */
export function statementOf(line: CommandLine, rest?: Rest): Translated {
  try {
    return { value: translate(line, rest) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { mistake: error.mistake };
  }
}

function translate(line: CommandLine, rest: Rest | undefined): Statement {
  const { command, table } = line;
  const onExpectations = table === 'expect';
  switch (command) {
    case 'list':
      return select(line, onExpectations ? expectationFamily(line) : conditionOf(line));
    case 'get':
      return {
        ...tree.NOWHERE,
        kind: 'get',
        projection: [],
        from: tree.table(table),
        where: onExpectations ? expectationCondition(line) : getCondition(line),
        zero: false,
        output: outputOf(line),
      };
    case 'delete':
      return {
        ...tree.NOWHERE,
        kind: 'delete',
        from: tree.table(table),
        where: (onExpectations ? expectationCondition(line) : conditionOf(line)) ?? tree.always(),
        ...(onExpectations ? {} : { output: outputOf(line) }),
      };
    case 'create':
    case 'add':
      return insert(line, rest);
    case 'update':
      return update(line);
    case 'event':
      return {
        ...tree.NOWHERE,
        kind: 'watch',
        projection: [],
        from: [tree.table(table)],
        on: line.events === undefined || line.events.length === 3 ? [] : line.events.map(tree.name),
        ...(onExpectations ? {} : where(conditionOf(line))),
        groupBy: [],
        orderBy: [],
        options: [],
        output: outputOf(line),
      };
    case 'flush':
      return flush(line);
    case 'count':
      return count(line);
    case 'stats':
      return select({ ...line, output: [] }, undefined, onExpectations ? 'expect_stats' : 'stats');
    default:
      return refuse(command === undefined ? 'no command is given' : `no statement for the command '${command}'`);
  }
}

const where = (condition: Expr | undefined): { where?: Expr } => (condition === undefined ? {} : { where: condition });

function select(line: CommandLine, condition: Expr | undefined, table: string = line.table): SelectStatement {
  return {
    ...tree.NOWHERE,
    kind: 'select',
    distinct: false,
    projection: [],
    from: tree.table(table),
    joins: [],
    ...where(condition),
    groupBy: [],
    orderBy: [],
    // The other lists have nothing to zero; conntrack(8) ignores it.
    zero: line.given.has('zero') && table === 'conntrack',
    output: outputOf(line),
  };
}

/** `get` looks in zone 0, as conntrack(8) does, where no zone is named. */
const getCondition = (line: CommandLine): Expr | undefined =>
  conditionOf(line.proto?.name?.startsWith('icmp') ? { ...line, keys: { 'icmp-id': 0, ...line.keys } } : line);

function insert(line: CommandLine, rest: Rest | undefined): InsertStatement {
  const further = line.table === 'expect' && rest ? expectationRest(rest) : [];
  const replaced = new Set(further.map(({ field }) => field.text));
  return {
    ...tree.NOWHERE,
    kind: 'insert',
    into: tree.table(line.table),
    set: [...insertionOf(line).filter(({ field }) => !replaced.has(field.text)), ...further],
    ...(line.command === 'add' ? { onConflict: 'ignore' } : {}),
  };
}

function update(line: CommandLine): Statement {
  checkExpected(line);
  const set = changesOf(line);
  if (set.length === 0) {
    const what = line.given.has('status') ? 'UNSET sets no bit of the status' : 'nothing is to be changed';
    const options = '--mark, --timeout, --status, --state, --label-add or --label-del';
    refuse('0 flow entries have been updated.', 1, `${what}: use ${options}`);
  }
  const conditions = [...tupleConditions(line), ...selectingConditions(line), ...natConditions(line)];
  return {
    ...tree.NOWHERE,
    kind: 'update',
    table: tree.table('conntrack'),
    set,
    where: tree.allOf(conditions) ?? tree.always(),
    output: outputOf(line),
  };
}

function changesOf(line: CommandLine): Assignment[] {
  const { values, proto, keys, given } = line;
  const changes: Assignment[] = [];
  const state = proto?.name && keys.state !== undefined ? STATES[proto.name]?.[keys.state] : undefined;
  if (state !== undefined) changes.push(tree.set('state', tree.word(state)));
  for (const direction of ['orig', 'reply'] as const) {
    const tag = keys[`${direction}-vtag`];
    if (tag !== undefined) changes.push(tree.set(`${direction}.vtag`, tree.integer(swapped(tag))));
  }
  if (keys.role !== undefined) changes.push(tree.set('dccp.role', tree.word(DCCP_ROLES[keys.role])));
  changes.push(...saidBy(values, (option, value) => option.change?.(value)));
  const labels = tree.labels(line.changedLabels, line.labelMap);
  if (given.has('label-add')) changes.push(tree.set('labels', tree.list(labels), '+='));
  else if (given.has('label-del'))
    changes.push(tree.set('labels', labels.length === 0 ? tree.word('labels') : tree.list(labels), '-='));
  return changes;
}

/** A flush has no filter: the entries of one family are deleted. */
function flush(line: CommandLine): Statement {
  if (line.family === undefined || line.table === 'expect')
    return { ...tree.NOWHERE, kind: 'flush', table: tree.table(line.table) };
  const family = tree.equal('family', tree.word(line.family));
  return { ...tree.NOWHERE, kind: 'delete', from: tree.table(line.table), where: family };
}

function count(line: CommandLine): Statement {
  const star = tree.NOWHERE;
  return {
    ...select(line, line.table === 'expect' ? expectationFamily(line) : undefined),
    projection: [
      {
        ...tree.NOWHERE,
        expr: { ...star, kind: 'call', name: tree.name('count'), args: [], star: true, distinct: false },
      },
    ],
    sugar: 'count',
    output: tree.output(['tsv', 'noheader']),
  };
}

/** The words of `-o` that mean something to the command, with the format first. */
export function outputOf({ command, table, output, labels, given }: CommandLine): Output {
  const format = (['save', 'xml', 'extended'] as const).find(word => output.includes(word)) ?? 'plain';
  const listed = command === 'list' || command === 'get' || command === 'event';
  const says = (word: (typeof output)[number]): boolean => output.includes(word);
  const withLabels =
    command !== 'delete' && (says('labels') || labels.length > 0 || given.has('label-add') || given.has('label-del'));
  const words = [
    ...(says('id') && table !== 'expect' ? ['id'] : []),
    ...(says('timestamp') && (command === 'event' || table === 'expect') ? ['timestamp'] : []),
    ...(says('ktimestamp') && listed && table !== 'expect' ? ['ktimestamp'] : []),
    ...(withLabels && table !== 'expect' ? ['labels'] : []),
    ...(says('userspace') && command === 'event' ? ['userspace'] : []),
  ];
  // conntrack(8) has no other format for expectations.
  if (table === 'expect') return tree.output([format === 'xml' ? 'xml' : 'plain', ...words]);
  return tree.output([
    format,
    ...words.filter(word => isModifier(word) && modifierRefusal(word, format) === undefined),
  ]);
}
