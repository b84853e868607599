import type { CheckedDelete, CheckedFlush, CheckedUpdate } from '../../lang/check/checked-ast.js';
import { compile } from '../../lang/evaluate/evaluate.js';
import { parseAddress } from '../../lang/values/address.js';
import type { Address } from '../../lang/values/value.js';
import { IPPROTO } from '../ctnetlink/constants.js';
import { getFlow } from '../ctnetlink/requests/requests.js';
import { contextAt } from '../ctnetlink/row-context.js';
import type { Tuple } from '../ctnetlink/tuple.js';
import { MessageView } from '../ctnetlink/view/view.js';
import type { Session } from '../query/context.js';
import { describeEntry } from './describe.js';
import { readTarget, type Target } from './matching.js';
import { lookUp } from './requests/look-up.js';

/**
 * The flow of the SSH connection that the user sits at, where a change would touch it, in words.
 * @param ssh SSH_CONNECTION: address and port of the client, address and port of the server (ssh(1))
 */
export async function ownConnection(
  statement: CheckedDelete | CheckedUpdate | CheckedFlush,
  session: Session,
  ssh: string | undefined,
): Promise<string | undefined> {
  const client = statement.table === 'conntrack' ? connectionOf(ssh) : undefined;
  if (client === undefined) return undefined;
  const { src, dst, sport, dport } = client;
  // The server's own address is the one after translation: the reply's source.
  const answer: Tuple = { src: dst, dst: src, proto: IPPROTO.TCP, sport: dport, dport: sport };
  const source = session.kernel(statement.place ?? session.place);
  const view = new MessageView();
  for (const tuple of [answer, client]) {
    const [message] = await lookUp(() => source.exchange(getFlow(tuple)));
    if (message === undefined) continue;
    view.set(message, 0);
    if (statement.kind === 'flush') return describeEntry(view);
    const { table, where, place } = statement as CheckedDelete & Target;
    const reading = await readTarget({ table, where, ...(place ? { place } : {}) }, session);
    view.context = contextAt(reading.now ?? 0);
    return compile(where, reading)(view) === true ? describeEntry(view) : undefined;
  }
  return undefined;
}

function connectionOf(ssh = ''): (Tuple & { sport: number; dport: number }) | undefined {
  const [from, sport, to, dport] = ssh.trim().split(/\s+/);
  const src = addressOf(from);
  const dst = addressOf(to);
  const ports = [sport, dport].map(text => (/^\d{1,5}$/.test(text ?? '') ? Number(text) : 0x10000));
  if (src === undefined || dst === undefined || typeof src !== typeof dst || ports.some(port => port > 0xffff))
    return undefined;
  return { src, dst, proto: IPPROTO.TCP, sport: ports[0], dport: ports[1] };
}

/** An address of a scope is told with its interface, an IPv4 one at times mapped into IPv6. */
const addressOf = (text = ''): Address | undefined =>
  parseAddress(text.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, ''));
