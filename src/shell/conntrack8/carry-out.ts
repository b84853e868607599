import { runDelete } from '../../engine/mutate/delete.js';
import { runFlush } from '../../engine/mutate/flush.js';
import { runGet } from '../../engine/mutate/get.js';
import { runInsert } from '../../engine/mutate/insert.js';
import type { ChangeSummary } from '../../engine/mutate/summary.js';
import { runUpdate } from '../../engine/mutate/update.js';
import { runZero } from '../../engine/mutate/zero.js';
import { runQuery } from '../../engine/query/select.js';
import type { Session } from '../../engine/query/session.js';
import type { Sink } from '../../engine/query/sink.js';
import { runWatch } from '../../engine/watch/watch.js';
import type { Checked } from '../../lang/typed.js';

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
