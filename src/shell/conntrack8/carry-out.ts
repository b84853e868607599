import { runDelete } from '../../engine/change/delete/delete.js';
import { runFlush } from '../../engine/change/delete/flush.js';
import { runGet } from '../../engine/change/get.js';
import { runInsert } from '../../engine/change/insert/insert.js';
import type { ChangeSummary } from '../../engine/change/summary.js';
import { runUpdate } from '../../engine/change/update/update.js';
import { runZero } from '../../engine/change/zero.js';
import type { Sink } from '../../engine/formats/sink.js';
import type { Session } from '../../engine/query/context.js';
import { runQuery } from '../../engine/query/exec/select.js';
import { runWatch } from '../../engine/watch/watch.js';
import type { Checked } from '../../lang/check/checked-ast.js';

/** What came of a statement: entries that were shown or changed. */
export interface Done {
  readonly count: number;
  /** Of a change. */
  readonly change?: ChangeSummary;
  /** Bytes that the kernel granted for events. */
  readonly receiveBuffer?: number;
}

/** Carries out a statement that a command line can mean, by the engine that carries out all others. */
export async function carryOut(statement: Checked, sink: Sink, session: Session, bufferSize?: number): Promise<Done> {
  switch (statement.kind) {
    case 'select':
      if (statement.zero) {
        const change = await runZero(statement, sink, session);
        return { count: change.zeroed, change };
      }
      return { count: (await runQuery(statement, sink, session)).rows };
    case 'get':
      await runGet(statement, sink, session);
      return { count: 1 };
    case 'insert': {
      const change = await runInsert(statement, session, { stopOnError: true });
      return { count: change.created, change };
    }
    case 'update': {
      const change = await runUpdate(statement, session, { sink, stopOnError: true });
      return { count: change.updated, change };
    }
    case 'delete': {
      const change = await runDelete(statement, session, { sink, stopOnError: true });
      return { count: change.deleted, change };
    }
    case 'flush': {
      const change = await runFlush(statement, session);
      return { count: change.deleted, change };
    }
    case 'watch': {
      const options = bufferSize === undefined ? {} : { receiveBuffer: bufferSize };
      const { kept, receiveBuffer } = await runWatch(statement, sink, session, options);
      return { count: kept, receiveBuffer };
    }
    default:
      throw new Error(`a command line means no ${statement.kind}`);
  }
}
