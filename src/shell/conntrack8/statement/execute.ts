import type { ChangeSummary } from '../../../engine/change/summary.js';
import type { Sink } from '../../../engine/formats/sink.js';
import type { QueryContext } from '../../../engine/query/context.js';
import type { Checked } from '../../../lang/checked/statements.js';

/** The result of a statement. */
export interface Done {
  readonly count: number;
  /** Of a change. */
  readonly change?: ChangeSummary;
}

export interface CarryOutOptions {
  /** Deleted entries are shown. */
  readonly shows: boolean;
  /** Bytes of the socket's receive buffer to ask for, for events. */
  readonly bufferSize?: number;
  /** Called with what the kernel granted. */
  readonly onBuffer?: (bytes: number) => void;
}

/**
 * Executes a statement that a command line can mean. Of the engine only what the statement needs is loaded: scripts call
 * conntrack(8) hundreds of times.
 */
export async function execute(
  statement: Checked,
  sink: Sink,
  session: QueryContext,
  { shows, bufferSize, onBuffer }: CarryOutOptions,
): Promise<Done> {
  switch (statement.kind) {
    case 'select': {
      if (statement.zero) {
        const { runZero } = await import('../../../engine/change/zero.js');
        const change = await runZero(statement, sink, session);
        return { count: change.zeroed, change };
      }
      const { runQuery } = await import('../../../engine/query/exec/select.js');
      return { count: (await runQuery(statement, sink, session)).rows };
    }
    case 'get': {
      const { runGet } = await import('../../../engine/change/get.js');
      await runGet(statement, sink, session);
      return { count: 1 };
    }
    case 'insert': {
      const { runInsert } = await import('../../../engine/change/insert/insert.js');
      const change = await runInsert(statement, session, { stopOnError: true });
      return { count: change.created, change };
    }
    case 'update': {
      const { runUpdate } = await import('../../../engine/change/update/update.js');
      const change = await runUpdate(statement, session, { sink, stopOnError: true });
      return { count: change.updated, change };
    }
    case 'delete': {
      const { runDelete } = await import('../../../engine/change/delete/delete.js');
      const change = await runDelete(statement, session, { ...(shows ? { sink } : {}), stopOnError: true });
      return { count: change.deleted, change };
    }
    case 'flush': {
      const { runFlush } = await import('../../../engine/change/delete/flush.js');
      const change = await runFlush(statement, session);
      return { count: change.deleted, change };
    }
    case 'watch': {
      const { runWatch } = await import('../../../engine/watch/watch.js');
      const options = { onBuffer, ...(bufferSize === undefined ? {} : { receiveBuffer: bufferSize }) };
      const { kept } = await runWatch(statement, sink, session, options);
      return { count: kept };
    }
    default:
      throw new Error(`a command line means no ${statement.kind}`);
  }
}
