import type { CheckedDelete, CheckedFlush, CheckedUpdate } from '../../../lang/checked/statements.js';
import { compile } from '../../../lang/evaluate/evaluate.js';
import { formatAddress } from '../../../lang/values/address.js';
import type { Tuple } from '../../ctnetlink/codec/tuple.js';
import { IPPROTO } from '../../ctnetlink/constants.js';
import { getFlow } from '../../ctnetlink/requests/requests.js';
import { contextAt } from '../../ctnetlink/row-context.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import { parseSshConnection } from '../../own-ssh.js';
import type { QueryContext } from '../../query/context.js';
import { describeEntry } from '../describe.js';
import { flowKeyOf, ifFound } from '../requests/entry-request.js';
import { readingOfTarget, type Target } from './matching.js';

/** The flow of the user's own SSH connection. */
export interface OwnConnection {
  /** The entry as text for people. */
  readonly entry: string;
  /** A condition that only this flow does not meet. */
  readonly spared: string;
}

/**
 * The flow of the user's own SSH connection, if a change would affect it.
 * @param connections values of SSH_CONNECTION: address and port of the client, address and port of the server (ssh(1))
 */
export async function findOwnConnection(
  statement: CheckedDelete | CheckedUpdate | CheckedFlush,
  session: QueryContext,
  connections: readonly string[],
): Promise<OwnConnection | undefined> {
  if (statement.table !== 'conntrack') return undefined;
  const source = session.source(statement.place ?? session.place);
  for (const ssh of connections) {
    const client = parseSshConnection(ssh);
    if (client === undefined) continue;
    const { src, dst, sport, dport } = client;
    // sshd sees the server's address after translation, which is the source of the reply tuple.
    const reply: Tuple = { src: dst, dst: src, proto: IPPROTO.TCP, sport: dport, dport: sport };
    for (const tuple of [reply, { ...client, proto: IPPROTO.TCP }]) {
      const [message] = await ifFound(() => source.exchange(getFlow(tuple)));
      if (message !== undefined && (await affects(statement, message, session))) return described(message);
    }
  }
  return undefined;
}

async function affects(
  statement: CheckedDelete | CheckedUpdate | CheckedFlush,
  message: Uint8Array,
  session: QueryContext,
): Promise<boolean> {
  if (statement.kind === 'flush') return true;
  const { table, where, place } = statement as CheckedDelete & Target;
  const reading = await readingOfTarget({ table, where, place }, session);
  const view = new MessageView();
  view.set(message, 0);
  view.context = contextAt(reading.now ?? 0);
  return compile(where, reading)(view) === true;
}

function described(message: Uint8Array): OwnConnection {
  const view = new MessageView();
  view.set(message, 0);
  const { src, sport } = flowKeyOf(view).tuple;
  return { entry: describeEntry(view), spared: `not (src = ${formatAddress(src)} and sport = ${sport})` };
}
