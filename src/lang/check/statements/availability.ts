import type { Operation, TableId } from '../../schema/catalogue.js';
import type { Span } from '../../syntax/ast.js';
import type { Place } from '../checked-ast.js';
import type { ClauseChecker } from '../scope.js';

/** How a statement uses a table. */
export type TableUse = Operation | 'join' | 'zero';

interface Unavailable {
  readonly message: string;
  readonly hint: string;
}

/** Why a place does not support a use of a table; undefined if it does. The only list of what each place supports. */
export function unavailable(table: TableId, use: TableUse, place: Place): Unavailable | undefined {
  switch (place.kind) {
    case 'kernel':
    case 'netns':
    case 'pid':
      return undefined;
    case 'file':
      return inSnapshot(table, use);
    case 'every_netns':
      if (use === 'select' || use === 'watch') return undefined;
      return {
        message: `${use === 'join' ? `join ${table}` : use} requires one network namespace, not all of them`,
        hint: 'name it: in netns blue',
      };
    case 'ssh':
      return onHost(table, use, place.host);
  }
}

function inSnapshot(table: TableId, use: TableUse): Unavailable | undefined {
  const live = 'in kernel means the live tables';
  switch (use) {
    case 'select':
    case 'join':
      if (table === 'conntrack' || table === 'expect') return undefined;
      return { message: `a snapshot has no table '${table}'`, hint: `it has conntrack or expect; ${live}` };
    case 'watch':
      return { message: 'a snapshot has no events', hint: `select from it; ${live}` };
    case 'get':
      return { message: 'get reads the live table, not a snapshot', hint: `use select; ${live}` };
    default:
      return { message: `${use} cannot change a snapshot`, hint: live };
  }
}

function onHost(table: TableId, use: TableUse, host: string): Unavailable | undefined {
  const isRead = use === 'select' || use === 'join' || use === 'watch' || use === 'get';
  if (isRead && table !== 'sysctl') return undefined;
  return isRead
    ? { message: `the settings of ${host} cannot be read from here`, hint: `run ctq there: ssh ${host} ctq` }
    : {
        message: `${use} cannot change another host: only select and watch work over ssh`,
        hint: `run ctq there: ssh -t ${host} ctq`,
      };
}

/** Reports a use of a table that the statement's place does not support. @param explicit the place that the statement names */
export function checkAvailable(
  checker: ClauseChecker,
  table: TableId,
  use: TableUse,
  explicit: Place | undefined,
  span: Span,
): void {
  const place = explicit ?? checker.context.place;
  const reason = place && unavailable(table, use, place);
  if (reason) checker.diagnostics.error('clause', span, reason.message, reason.hint);
}
