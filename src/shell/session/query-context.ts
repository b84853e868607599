import type { CtqError } from '../../engine/errors.js';
import type { EventCounts, QueryContext } from '../../engine/query/context.js';
import type { SourcePool } from '../../engine/sources/pool.js';
import { openSnapshotLazily } from '../../engine/sources/snapshot/open-lazily.js';
import type { Environment } from '../../lang/schema/environment.js';
import type { Place } from '../../lang/schema/places.js';
import type { Io } from '../io.js';
import type { Options } from '../options/options.js';
import type { MonitorCheck } from './checking/monitor-check.js';
import type { Messages } from './messages/messages.js';
import type { KnownVariables } from './state/variables.js';

/** What a session gives to its queries. */
interface Session {
  readonly io: Io;
  readonly options: Options;
  readonly environment: Environment;
  readonly check: MonitorCheck;
  readonly messages: Messages;
  readonly variables: KnownVariables;
  readonly place: Place;
  readonly eventCounts: EventCounts | undefined;
  failed: boolean;
  readonly replacesFile: boolean;
}

/** What differs from statement to statement, and the parts of the language. */
type Parts = Pick<QueryContext, 'signal' | 'abilities' | 'lastResult'>;

/** What a query of a session runs in. Warnings, and reports of incomplete results, come once each. */
export function queryContext(session: Session, sources: SourcePool, parts: Parts): QueryContext {
  const { environment, messages } = session;
  const reported = new Set<string>();
  const isNew = (message: string): boolean => {
    if (reported.has(message)) return false;
    reported.add(message);
    return true;
  };
  const warn = (message: string, hint?: string): void => {
    if (isNew(message)) messages.print('warning', message, hint);
  };
  const note = (message: string): void => {
    if (isNew(message)) messages.note(message);
  };
  const incomplete = (error: CtqError): void => {
    // A part of the table has no state.
    if (session.check.isOn) throw error;
    session.failed = true;
    if (isNew(error.message)) messages.error(error);
  };
  return {
    ...parts,
    environment,
    ...(session.eventCounts === undefined ? {} : { eventCounts: session.eventCounts }),
    variables: session.variables.bindings,
    kernelFilter: session.options.kernelFilter,
    place: session.place,
    source: place => sources.of(place),
    release: () => sources.release(),
    snapshot: (path, fields, whole) =>
      openSnapshotLazily(path, {
        fields,
        ...(whole && { whole }),
        warn,
        incomplete(error) {
          // The statement fails, and leaves the file as it was.
          if (session.replacesFile) throw error;
          incomplete(error);
        },
        ...(parts.signal === undefined ? {} : { signal: parts.signal }),
        labelBit: name => environment.labelBit(name),
        labelNames: () => environment.labelNames(),
        now: () => environment.now(),
        stdin: session.io.stdin,
      }),
    stdin: () => session.io.stdin,
    incomplete,
    warn,
    note,
  };
}
