import { CtqError } from '../../engine/errors.js';
import { runQuery } from '../../engine/query/exec/select.js';
import { Collector, listOf, readSubqueries } from '../../engine/query/exec/subqueries.js';
import { assertPlace } from '../../engine/sources/assert-place.js';
import type { Typed } from '../../lang/checked/ast.js';
import { hasOneRow } from '../../lang/checked/selects.js';
import type {
  Binding,
  CheckedAssert,
  CheckedDefinition,
  CheckedDrop,
  CheckedEcho,
  CheckedInclude,
  CheckedLet,
  CheckedSet,
  CheckedUse,
} from '../../lang/checked/statements.js';
import { exactText } from '../../lang/conversion/exact-text.js';
import { printable } from '../../lang/diagnostics/printable.js';
import { compile } from '../../lang/evaluate/evaluate.js';
import type { Type } from '../../lang/schema/type.js';
import { assertNever } from '../../lang/syntax/ast.js';
import { integer, type Value } from '../../lang/values/value.js';
import type { StatementContext } from '../session/session.js';
import { listText, settingText } from './show.js';

type Scripting =
  | CheckedDefinition
  | CheckedDrop
  | CheckedLet
  | CheckedInclude
  | CheckedEcho
  | CheckedSet
  | CheckedUse
  | CheckedAssert;

/** Runs `let`, `echo`, `assert`, `set`, `use`, and named queries. @throws CtqError */
export async function script(statement: Scripting, run: StatementContext): Promise<void> {
  switch (statement.kind) {
    case 'let':
      return define(statement, run);
    case 'query': {
      const name = statement.definition.name.text;
      const replaced = run.shell.queries.save(name);
      if (run.shell.options.config && run.shell.queries.path === undefined)
        run.shell.messages.print(
          'warning',
          `query ${name} is not kept: HOME and XDG_CONFIG_HOME are not set`,
          'it is known until ctq ends; --no-config if that is meant',
        );
      // It can be typed again.
      if (replaced !== undefined) run.shell.messages.note(`replaced: ${replaced.replace(/\s+/g, ' ')}`);
      return;
    }
    case 'drop':
      run.shell.queries.save(statement.name);
      return;
    case 'include':
      // The shell has read the file with the statement's text.
      return;
    case 'echo': {
      const texts: string[] = [];
      for (const value of statement.values) {
        if (value.kind === 'list') {
          const list = run.session.variables.get(value.name);
          if (list?.kind === 'list') texts.push(listText(list, item => textOf(item, list.type, run)));
        } else texts.push(textOf(await evaluate(value, run), value.type, run));
      }
      run.shell.results.print(`${texts.map(printable).join(' ')}\n`);
      return;
    }
    case 'set': {
      const { shell } = run;
      shell.set(statement.option, statement.value);
      if (isTyped(run)) shell.messages.note(`${statement.option} is ${settingText(statement.option, statement.value)}`);
      return;
    }
    case 'use':
      await assertPlace(statement.place, path => run.session.snapshot(path, []));
      run.shell.place = statement.place;
      return;
    case 'assert':
      return runAssert(statement, run);
    default:
      return assertNever(statement);
  }
}

/** Whether a statement was typed in the interactive shell. */
const isTyped = ({ shell, origin }: StatementContext): boolean => shell.survives && origin.name === undefined;

const textOf = (value: Value, type: Type, { session }: StatementContext): string =>
  value === null ? 'null' : exactText(value, type, session.environment);

/** The value of an expression that reads no row, after its subqueries have been run. */
async function evaluate(node: Typed, { session }: StatementContext): Promise<Value> {
  const { environment, variables } = session;
  return compile<null>(node, {
    environment,
    now: integer(environment.now()),
    query: await readSubqueries([node], session, runQuery),
    variable: name => variables.get(name) ?? { kind: 'value', type: { name: 'null' }, value: null },
  })(null);
}

async function define({ name, value }: CheckedLet, run: StatementContext): Promise<void> {
  // A value from the command line has precedence: the script's let is its default.
  if (run.shell.variables.get(name)?.fixed) return;
  const binding = await bindingOf(value, run);
  run.shell.variables.set(name, { kind: binding.kind, type: binding.type, binding });
}

async function bindingOf(value: CheckedLet['value'], run: StatementContext): Promise<Binding> {
  switch (value.kind) {
    case 'list':
    case 'value':
      return value;
    case 'query': {
      const collector = new Collector();
      let unread: string | undefined;
      const note = (message: string): void => {
        unread ??= message;
      };
      const { query } = value;
      const { listContext } = await import('../../engine/change/finding/whole-lists.js');
      const { context, faults } = listContext(query, run.session);
      await runQuery(query, collector, { ...context, unread: note, reportsCasts: true });
      const type = collector.header?.columns?.[0]?.type ?? { name: 'null' };
      return hasOneRow(query)
        ? { kind: 'value', type, value: collector.rows[0]?.[0] ?? null, unread }
        : { kind: 'list', type, ...listOf(query, collector), unread, ...faults };
    }
    default:
      return { kind: 'value', type: value.type, value: await evaluate(value, run) };
  }
}

async function runAssert({ condition, text, message }: CheckedAssert, run: StatementContext): Promise<void> {
  if ((await evaluate(condition, run)) === true) return;
  throw new AssertionFailed(message ?? `assertion failed: ${text}`, Number(run.shell.setting('assert_status')));
}

/** An assert whose condition is not true: it has the exit status that the script has set. */
class AssertionFailed extends CtqError {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super({ code: 'assert', kind: 'system', message });
  }

  override get exitCode(): number {
    return this.status;
  }
}
