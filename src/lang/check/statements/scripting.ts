import type { ConstNode } from '../../checked/ast.js';
import { hasOneRow, resultColumns } from '../../checked/selects.js';
import type {
  CheckedAssert,
  CheckedEcho,
  CheckedHelp,
  CheckedLet,
  CheckedSet,
  CheckedShow,
  CheckedUse,
} from '../../checked/statements.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import { print } from '../../print/print.js';
import { fieldOf, TABLE_NAMES, TABLES, tableOf } from '../../schema/catalogue.js';
import { isFormat } from '../../schema/formats/formats.js';
import { SETTING_NAMES, SETTINGS, type Setting, type SettingName } from '../../schema/settings.js';
import { fieldSynonym, protocolCondition, settingSynonym, tableSynonym } from '../../schema/synonyms.js';
import { NULL, phrase, sameType, type Type } from '../../schema/type.js';
import type { Expr, Name } from '../../syntax/ast.js';
import { firstWordHint } from '../../syntax/errors/foreign/foreign-words.js';
import type {
  AssertStatement,
  EchoStatement,
  HelpStatement,
  LetStatement,
  SetStatement,
  ShowStatement,
  UseStatement,
} from '../../syntax/statements.js';
import type { Integer, Value } from '../../values/value.js';
import { checkStore } from '../clauses/history-store.js';
import { checkOutput, ROWS } from '../clauses/output.js';
import { checkFleet, checkPlace, isEmptyPath } from '../clauses/places.js';
import { isRange } from '../expressions/conditions/in-list.js';
import type { QueryChecker } from '../query/query.js';
import type { Scope, VariableType } from '../scope.js';
import { HELP_TOPICS } from './help-topics.js';

const NO_ROW: Scope = { watch: false, joins: [], noAggregates: 'aggregates are allowed only in a query' };

/** A checked `let`, with the type of its name. */
export interface CheckedBinding {
  readonly statement: CheckedLet;
  readonly variable: Pick<VariableType, 'kind' | 'type' | 'known' | 'items'>;
}

/** `let NAME = …`; undefined after an error has been reported. */
export function checkLet(checker: QueryChecker, statement: LetStatement): CheckedBinding | undefined {
  const { name, value } = statement;
  if (value.kind === 'subquery') {
    const query = checker.subquery(value.query, 'list', value);
    if (!query) return undefined;
    const type = resultColumns(query)?.[0].type ?? NULL;
    return {
      statement: { kind: 'let', name: name.text, value: { kind: 'query', query } },
      variable: { kind: hasOneRow(query) ? 'value' : 'list', type, known: null, items: undefined },
    };
  }
  if (value.kind === 'list') return checkListBinding(checker, name.text, value.items);
  if (value.kind === 'range') return checkListBinding(checker, name.text, [value]);
  const node = checker.expressions(NO_ROW).check(value);
  return (
    node && {
      statement: { kind: 'let', name: name.text, value: node },
      variable: { kind: 'value', type: node.type, known: node.kind === 'const' ? node.value : null, items: undefined },
    }
  );
}

function checkListBinding(checker: QueryChecker, name: string, items: readonly Expr[]): CheckedBinding | undefined {
  const expressions = checker.expressions(NO_ROW);
  const values: Value[] = [];
  let type: Type = NULL;
  const constantOf = (item: Expr): ConstNode | undefined => {
    const node = type.name === 'null' ? expressions.check(item) : expressions.checkAs(item, type);
    if (!node) return undefined;
    if (node.kind !== 'const') {
      checker.diagnostics.error(
        'type',
        item,
        'the items of a list must be constants',
        'a query can make a list: let x = (select …)',
      );
      return undefined;
    }
    // Addresses and networks can be mixed: `in` distinguishes them.
    const isAddress = (each: Type): boolean => each.name === 'address' || each.name === 'network';
    if (type.name !== 'null' && !sameType(type, node.type) && !(isAddress(type) && isAddress(node.type))) {
      checker.diagnostics.error(
        'type',
        item,
        `the items of a list must be of one type: expected ${phrase(type)}, got ${phrase(node.type)}`,
      );
      return undefined;
    }
    if (type.name === 'null' || type.name === 'network') type = node.type;
    return node;
  };
  for (const item of items) {
    if (item.kind === 'range') {
      const [low, high] = [constantOf(item.low), constantOf(item.high)];
      if (!low || !high || !isRange(checker, item, low, high)) return undefined;
      continue;
    }
    const node = constantOf(item);
    if (!node) return undefined;
    values.push(node.value);
  }
  return {
    statement: { kind: 'let', name, value: { kind: 'list', type, values, items } },
    variable: { kind: 'list', type, known: values, items },
  };
}

/** `echo …`; undefined after an error has been reported. */
export function checkEcho(checker: QueryChecker, statement: EchoStatement): CheckedEcho | undefined {
  const values = statement.values.map(value => {
    const isList = value.kind === 'variable' && checker.context.variables.get(value.name)?.kind === 'list';
    return isList ? ({ kind: 'list', name: value.name } as const) : checker.expressions(NO_ROW).check(value);
  });
  return values.includes(undefined) ? undefined : { kind: 'echo', values: values as CheckedEcho['values'] };
}

/** `assert CONDITION`; undefined after an error has been reported. */
export function checkAssert(checker: QueryChecker, statement: AssertStatement): CheckedAssert | undefined {
  const condition = checker.expressions(NO_ROW).condition(statement.condition);
  return (
    condition && {
      kind: 'assert',
      condition,
      text: print(statement.condition),
      message: statement.message,
    }
  );
}

/** `set NAME = VALUE`; undefined after an error has been reported. */
export function checkSet(checker: QueryChecker, statement: SetStatement): CheckedSet | undefined {
  const { diagnostics } = checker;
  const option = settingNamed(checker, statement.option);
  if (option === undefined) return undefined;
  const setting: Setting = SETTINGS[option];
  const value = settingValue(setting, statement.value);
  const part = unknownPart(setting, value);
  if (part !== undefined) {
    const hint =
      didYouMean(part, setting.parts!) ?? `its parts are ${setting.parts!.map(each => `{${each}}`).join(', ')}`;
    diagnostics.error('type', statement.value, `${option} has no part {${part}}`, hint);
    return undefined;
  }
  if (value !== undefined) return { kind: 'set', option, value };
  const expected =
    setting.kind === 'choice'
      ? `one of ${setting.choices!.join(', ')}`
      : setting.kind === 'boolean'
        ? 'on or off'
        : setting.kind === 'text'
          ? 'text'
          : setting.kind === 'duration'
            ? 'a duration above 0, such as 10s'
            : `a number${rangeOf(setting)}`;
  diagnostics.error('type', statement.value, `${option} must be ${expected}`, undefined);
  return undefined;
}

function rangeOf({ min, max }: Setting): string {
  if (max === undefined) return min === undefined ? '' : ` of at least ${min}`;
  return ` from ${min ?? 0} to ${max}`;
}

/** A name in braces that a text must not have. */
const unknownPart = ({ parts }: Setting, value: Value | undefined): string | undefined =>
  parts && typeof value === 'string'
    ? [...value.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).find(name => !parts.includes(name))
    : undefined;

function settingNamed(checker: QueryChecker, name: Name): SettingName | undefined {
  const option = name.text.toLowerCase();
  if (Object.hasOwn(SETTINGS, option)) return option as SettingName;
  checker.diagnostics.error(
    'name.option',
    name,
    `unknown setting '${name.text}'`,
    settingSynonym(option) ??
      ofKernel(option) ??
      assigned(option) ??
      didYouMean(option, SETTING_NAMES) ??
      'show settings lists them',
  );
  return undefined;
}

/** A setting of the kernel. */
const ofKernel = (name: string): string | undefined =>
  name.startsWith('nf_conntrack_') ? `write: update sysctl set value = … where name = '${name}'` : undefined;

/** A name that is not one of the settings: of a field, or of a variable. */
const assigned = (name: string): string | undefined =>
  fieldOf(TABLES.conntrack, name)
    ? `entries are changed by update: update conntrack set ${name} = … where …`
    : name.length < 3
      ? `a variable is defined by let: let ${name} = …`
      : undefined;

/** Topics that people look for. */
const TOPICS: Readonly<Record<string, string>> = {
  commands: '.help lists the commands of the shell',
  ...Object.fromEntries(
    ['distinct', 'from', 'group', 'having', 'limit', 'order'].map(word => [word, `help select explains ${word}`]),
  ),
  ...Object.fromEntries(
    ['and', 'between', 'has', 'ilike', 'is', 'like', 'not', 'or'].map(word => [word, `help where explains ${word}`]),
  ),
  exit: 'quit or Ctrl-D leaves the shell; help keys lists the keys',
  quit: 'quit or Ctrl-D leaves the shell; help keys lists the keys',
  sql: 'did you mean select?',
};

const topicSynonym = (topic: string): string | undefined =>
  (Object.hasOwn(TOPICS, topic) ? TOPICS[topic] : undefined) ?? tableSynonym(topic) ?? fieldSynonym(topic);

function settingValue(setting: Setting, expr: Expr): Value | undefined {
  const word = expr.kind === 'name' ? expr.text : expr.kind === 'literal' ? String(expr.value) : undefined;
  if (word === undefined) return undefined;
  switch (setting.kind) {
    case 'choice':
      return setting.choices!.find(
        choice =>
          choice === word.toLowerCase() ||
          (choice === 'on' && word === 'true') ||
          (choice === 'off' && word === 'false'),
      );
    case 'boolean':
      return ['on', 'true', 'yes', '1'].includes(word.toLowerCase())
        ? true
        : ['off', 'false', 'no', '0'].includes(word.toLowerCase())
          ? false
          : undefined;
    case 'text':
      return word;
    case 'duration':
      return expr.kind === 'literal' && expr.type === 'duration' && expr.value !== null && Number(expr.value) > 0
        ? (expr.value as Integer)
        : undefined;
    case 'integer':
    case 'size': {
      const { min = 0, max = Number.MAX_SAFE_INTEGER } = setting;
      const value = expr.kind === 'literal' && expr.type === 'integer' ? expr.value : undefined;
      return typeof value === 'number' && value >= min && value <= max ? value : undefined;
    }
  }
}

/** `use PLACE`; undefined after an error has been reported. */
export function checkUse(checker: QueryChecker, statement: UseStatement): CheckedUse | undefined {
  const place = checkPlace(statement.source, checker);
  return place && { kind: 'use', place };
}

/** `show …`, `describe …`; undefined after an error has been reported. */
export function checkShow(checker: QueryChecker, statement: ShowStatement): CheckedShow | undefined {
  const { what, table: name, file, setting: option } = statement;
  const common = { kind: 'show', what, output: checkOutput(statement.output, ROWS, checker.diagnostics) } as const;
  if (what === 'history') {
    if (statement.store === undefined) return common;
    const store = checkStore(statement.store, statement, checker.diagnostics);
    return store === undefined ? undefined : { ...common, store };
  }
  if (what === 'fleet') {
    const place = checkFleet(statement.gateways ?? [], checker);
    return place?.kind === 'fleet' ? { ...common, gateways: place.names } : undefined;
  }
  if (option) {
    const setting = settingNamed(checker, option);
    return setting && { ...common, setting };
  }
  if (file !== undefined && isEmptyPath(statement, file, checker.diagnostics)) return undefined;
  if (file !== undefined) return { ...common, file };
  if (!name) return common;
  const table = tableOf(name.text);
  if (table) return { ...common, table: table.name };
  checker.diagnostics.error(
    'name.table',
    name,
    `unknown table '${name.text}'`,
    tableSynonym(name.text) ??
      (fieldOf(TABLES.conntrack, name.text) && `'${name.text}' is a field: help ${name.text}`) ??
      didYouMean(name.text, TABLE_NAMES) ??
      `tables are ${TABLE_NAMES.join(', ')}`,
  );
  return undefined;
}

/** `help [TOPIC]`; undefined after an error has been reported. */
export function checkHelp(checker: QueryChecker, statement: HelpStatement): CheckedHelp | undefined {
  if (!statement.topic) return { kind: 'help' };
  const topic = statement.topic.text.toLowerCase();
  if (HELP_TOPICS().includes(topic)) return { kind: 'help', topic };
  if (isFormat(topic)) return { kind: 'help', topic: 'formats' };
  checker.diagnostics.error(
    'name.topic',
    statement.topic,
    `no help on '${statement.topic.text}'`,
    topicSynonym(topic) ??
      firstWordHint(topic) ??
      (protocolCondition(topic) === undefined ? undefined : `${topic} is a value of proto: help proto`) ??
      didYouMean(topic, HELP_TOPICS()) ??
      'help alone lists the topics',
  );
  return undefined;
}
