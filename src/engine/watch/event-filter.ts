import type { Typed } from '../../lang/checked/ast.js';
import type { CheckedWatch } from '../../lang/checked/statements.js';
import type { EvalContext } from '../../lang/evaluate/evaluate.js';
import { describe } from '../../lang/services/describe.js';
import { compileEventFilter } from '../ctnetlink/event-filter/compile.js';
import type { ListenFilter } from '../netlink/messages/streams.js';
import { encodeProgram } from '../netlink/socket-filter/instruction.js';
import type { QueryContext } from '../query/context.js';
import { eventPart } from '../query/plan/event-condition.js';
import type { EventScope } from '../query/plan/event-tests.js';
import { conjuncts } from '../query/plan/pushdown.js';

/** How the kernel filters the events of a watch, before it queues them. */
export interface EventFilterPlan {
  /** Encoded; see `ListenFilter`. Empty: the kernel filters nothing. */
  readonly programs: readonly Uint8Array<ArrayBuffer>[];
  /** Instructions of the first program. */
  readonly instructions: number;
  /** The first program accepts more than `text` says, because it would be too long. */
  readonly isCut: boolean;
  /** The condition in the language; '' without a program. */
  readonly text: string;
  /** The conjuncts that the kernel does not decide. */
  readonly residual: readonly Typed[];
}

/** What a flow keeps for life. */
const LIFELONG = {
  conntrack: /^(?:family|proto|zone|(?:orig|reply)\.(?:src|dst|sport|dport|srckey|dstkey|zone|icmp_(?:type|code|id)))$/,
  expect: /^(?:family|proto|zone|(?:mask\.|master\.)?(?:src|dst|sport|dport))$/,
} as const;

/** Lengths of the programs to try where net.core.optmem_max is small. */
const SHORTER = [1000, 250];

/** @param reading of the statement's variables and subqueries, as far as they are known */
export function planEventFilter(
  watch: CheckedWatch,
  { kernelFilter }: Pick<QueryContext, 'kernelFilter'>,
  reading: EvalContext<never>,
): EventFilterPlan {
  const { where, tables, state, resync } = watch;
  const [table] = tables;
  const all = conjuncts(where);
  const nothing: EventFilterPlan = { programs: [], instructions: 0, isCut: false, text: '', residual: all };
  if (!kernelFilter || where === undefined || tables.length > 1) return nothing;
  const remembersFlows = state || resync;
  const scope: EventScope = {
    table,
    reading,
    // A watch that remembers flows must see all their events.
    ...(remembersFlows ? { fields: name => LIFELONG[table].test(name) } : {}),
  };
  const part = eventPart(where, scope);
  const filter = compileEventFilter(table, part.condition);
  if (filter === undefined) return nothing;
  const shorter = SHORTER.filter(most => most < filter.program.length).flatMap(most => {
    const other = compileEventFilter(table, part.condition, most);
    return other === undefined ? [] : [other];
  });
  return {
    programs: [filter, ...shorter].map(({ program }) => encodeProgram(program)),
    instructions: filter.program.length,
    isCut: filter.isCut,
    text: describe(part.typed),
    residual: filter.isCut ? all : all.filter(each => !eventPart(each, scope).isExact),
  };
}

/** Warns if the kernel refuses the program: every event is checked by ctq anyway. */
export function listenFilterOf({ programs }: EventFilterPlan, session: QueryContext): ListenFilter | undefined {
  if (programs.length === 0) return undefined;
  return {
    programs,
    refused: error =>
      session.warn(
        `the kernel does not filter events: ${error.message}`,
        'ctq filters them; on a busy machine, more of them may be lost',
      ),
  };
}
