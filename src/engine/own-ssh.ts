/** The SSH connections through which the user of this process is logged in. */
import { readdirSync, readFileSync } from 'node:fs';
import type { OwnConnection } from '../lang/schema/environment.js';
import { parseAddress } from '../lang/values/address.js';
import type { Address } from '../lang/values/value.js';

/** Long enough for every real process tree; ends a walk through a /proc that changes meanwhile. */
const MAX_ANCESTORS = 64;

/** Processes that outlive the login from which they were started; their clients belong to the present one. comm, proc_pid_comm(5). */
const MULTIPLEXERS: Readonly<Record<string, string>> = {
  'tmux: server': 'tmux: client',
  SCREEN: 'screen',
  screen: 'screen',
};

interface Process {
  readonly parent: number;
  readonly comm: string;
  readonly uid: string;
}

/**
 * The values of SSH_CONNECTION (client address, client port, server address, server port; ssh(1)): of this process, of its
 * ancestors, since sudo and su drop the variable, and of the clients of a terminal multiplexer among them.
 * @param env environment of this process
 * @param proc where proc(5) is mounted
 */
export function ownSshConnections(
  env: Readonly<Record<string, string | undefined>>,
  proc = '/proc',
  pid = process.pid,
): readonly string[] {
  const found = new Set<string>();
  const add = (value: string | undefined): void => {
    if (value !== undefined && value.trim() !== '') found.add(value.trim());
  };
  add(env.SSH_CONNECTION);
  for (const ancestor of ancestorsOf(pid, proc)) {
    add(variableOf(ancestor.pid, proc));
    const client = MULTIPLEXERS[ancestor.comm];
    if (client === undefined) continue;
    for (const each of processesNamed(client, ancestor.uid, proc))
      for (const { pid: up } of [{ pid: each }, ...ancestorsOf(each, proc)]) add(variableOf(up, proc));
  }
  return [...found];
}

function ancestorsOf(pid: number, proc: string): (Process & { readonly pid: number })[] {
  const ancestors: (Process & { readonly pid: number })[] = [];
  let at = processOf(pid, proc)?.parent ?? 0;
  while (at > 1 && ancestors.length < MAX_ANCESTORS) {
    const process = processOf(at, proc);
    if (process === undefined) break;
    ancestors.push({ ...process, pid: at });
    at = process.parent;
  }
  return ancestors;
}

function processOf(pid: number, proc: string): Process | undefined {
  try {
    const status = readFileSync(`${proc}/${pid}/status`, 'utf8');
    const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
    return { parent: Number(field('PPid')), comm: field('Name'), uid: field('Uid').split(/\s/)[0] };
  } catch {
    return undefined;
  }
}

/** SSH_CONNECTION of another process; undefined if it has none, or may not be read. */
function variableOf(pid: number, proc: string): string | undefined {
  try {
    const text = readFileSync(`${proc}/${pid}/environ`, 'utf8');
    return /(?:^|\0)SSH_CONNECTION=([^\0]*)/.exec(text)?.[1];
  } catch {
    return undefined;
  }
}

function processesNamed(comm: string, uid: string, proc: string): number[] {
  return readdirSync(proc)
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      const process = processOf(pid, proc);
      return process?.comm === comm && process.uid === uid;
    });
}

/** The connection in a value of SSH_CONNECTION; undefined for an invalid one. */
export function parseSshConnection(ssh: string): OwnConnection | undefined {
  const [from, sport, to, dport] = ssh.trim().split(/\s+/);
  const src = parseSshAddress(from);
  const dst = parseSshAddress(to);
  const ports = [sport, dport].map(text => (/^\d{1,5}$/.test(text ?? '') ? Number(text) : 0x10000));
  if (src === undefined || dst === undefined || typeof src !== typeof dst || ports.some(port => port > 0xffff))
    return undefined;
  return { src, dst, sport: ports[0], dport: ports[1] };
}

/** A scoped address ends with its interface; an IPv4 address may be mapped into IPv6. */
const parseSshAddress = (text = ''): Address | undefined =>
  parseAddress(text.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, ''));
