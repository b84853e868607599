/** Shared by the tests of changes: a session, and statements given as text. */

import { release } from 'node:os';
import type { ChangeOptions } from '../../../src/engine/change/change-run.js';
import { runDelete } from '../../../src/engine/change/delete/delete.js';
import { runFlush } from '../../../src/engine/change/delete/flush.js';
import { describeEntry } from '../../../src/engine/change/describe.js';
import { runGet } from '../../../src/engine/change/get.js';
import { runInsert } from '../../../src/engine/change/insert/insert.js';
import type { ChangeSummary } from '../../../src/engine/change/summary.js';
import { runUpdate } from '../../../src/engine/change/update/update.js';
import { runZero } from '../../../src/engine/change/zero.js';
import type { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { CtqError } from '../../../src/engine/errors.js';
import { host32 } from '../../../src/engine/netlink/messages/framing.js';
import type { QueryContext } from '../../../src/engine/query/context.js';
import { Collector } from '../../../src/engine/query/exec/subqueries.js';
import { abilitiesOf } from '../../../src/engine/query/plan/pushdown.js';
import { openKernel } from '../../../src/engine/sources/kernel/kernel.js';
import type { Source } from '../../../src/engine/sources/source.js';
import { check } from '../../../src/lang/check/check.js';
import type { Place } from '../../../src/lang/checked/ast.js';
import type { Checked } from '../../../src/lang/checked/statements.js';
import { parse } from '../../../src/lang/syntax/parse.js';
import { ENVIRONMENT } from '../../kit/environment.js';

export interface TestSession extends QueryContext {
  readonly warnings: string[];
  close(): Promise<void>;
}

/** A session of the kernel of this process's namespace, and of named ones. */
export function testSession(extra: Partial<QueryContext> = {}): TestSession {
  const sources = new Map<string, Source>();
  const warnings: string[] = [];
  return {
    environment: ENVIRONMENT,
    variables: new Map(),
    kernelFilter: true,
    abilities: abilitiesOf(release()),
    place: { kind: 'kernel' },
    source(place: Place): Source {
      const name = place.kind === 'netns' ? place.name : '';
      const source = sources.get(name) ?? openKernel(name === '' ? {} : { namespace: { name } });
      sources.set(name, source);
      return source;
    },
    snapshot() {
      throw new Error('no snapshots in this session');
    },
    warn: message => warnings.push(message),
    warnings,
    async close() {
      for (const source of sources.values()) await source.close();
    },
    ...extra,
  };
}

export function checked(text: string): Checked {
  const parsed = parse(text);
  const [statement] = parsed.statements;
  const all = [...parsed.diagnostics];
  if (statement !== undefined && all.length === 0) {
    const { value, diagnostics } = check(statement, ENVIRONMENT);
    if (value) return value;
    all.push(...diagnostics);
  }
  throw new Error(`${text}: ${all.map(each => `${each.message} ${each.hint ?? ''}`).join('; ')}`);
}

/** Runs a statement that changes something. */
export async function change(text: string, session: QueryContext, options: ChangeOptions = {}): Promise<ChangeSummary> {
  const statement = checked(text);
  switch (statement.kind) {
    case 'delete':
      return runDelete(statement, session, options);
    case 'flush':
      return runFlush(statement, session, options);
    case 'insert':
      return runInsert(statement, session, options);
    case 'update':
      return runUpdate(statement, session, options);
    case 'select':
      return runZero(statement, options.sink ?? new Collector(), session, options);
    default:
      throw new Error(`${text} changes nothing`);
  }
}

/** The CtqError that some work fails with. */
export async function failure(work: () => Promise<unknown>): Promise<CtqError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof CtqError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

/** Collects entries: their descriptions, and copies of their messages. */
export class Entries extends Collector {
  readonly names: string[] = [];
  readonly messages: Uint8Array[] = [];
  override entry(view?: MessageView): void {
    if (view === undefined) return;
    this.names.push(describeEntry(view));
    this.messages.push(view.copy());
  }
}

/** The entry, or row, that a `get` gives. */
export async function get(text: string, session: QueryContext): Promise<Entries> {
  const statement = checked(text);
  if (statement.kind !== 'get') throw new Error(`${text}: expected a get`);
  const entries = new Entries();
  await runGet(statement, entries, session);
  return entries;
}

/** The messages of one item of a batch. */
function messagesOf(item: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at < item.length; ) {
    const size = host32(item, at);
    messages.push(item.slice(at, at + size));
    at += (size + 3) & ~3;
  }
  return messages;
}

/** A source that records the requests that are sent. */
export function noting(source: Source): { source: Source; sent: Uint8Array[] } {
  const sent: Uint8Array[] = [];
  return {
    sent,
    source: {
      dump: (request, signal) => source.dump(request, signal),
      exchange(request) {
        sent.push(request);
        return source.exchange(request);
      },
      batch(requests, options) {
        const all = [...(requests as Iterable<Uint8Array>)];
        for (const item of all) sent.push(...messagesOf(item));
        return source.batch(all, options);
      },
      listen: (groups, options) => source.listen(groups, options),
      close: () => source.close(),
    },
  };
}
