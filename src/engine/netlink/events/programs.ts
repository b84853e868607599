import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';

/** Capacity of the cache, and the lifetime (ms) of an entry: port ids are reused. */
const CAPACITY = 256;
const FRESH = 5_000;
/** NETLINK_NETFILTER: linux/netlink.h. */
const NETLINK_NETFILTER = '12';

/** More than TASK_COMM_LEN bytes. */
const NAME = Buffer.alloc(64);
/** PID_MAX_LIMIT: linux/threads.h. */
const MAX_PID = 1 << 22;

const known = new Map<number, { readonly name: string | undefined; readonly at: number }>();

/**
 * The name of the program that owns a netlink port, as `conntrack -E` shows it (`progname=`), when its event was received; undefined
 * where it had ended by then.
 */
export function programOf(portid: number, now: number = Date.now()): string | undefined {
  const before = known.get(portid);
  if (before !== undefined && now - before.at < FRESH) return before.name;
  const name = search(portid);
  rememberProgram(portid, name, now);
  return name;
}

/** Stores what was found when the event was received: the program may have ended since. */
export function rememberProgram(portid: number, name: string | undefined, now: number = Date.now()): void {
  if (known.size >= CAPACITY) known.clear();
  known.set(portid, { name, at: now });
}

/**
 * Looks up the program that owns a port, unless the cache has it.
 * @returns what was found; undefined for a port in the cache
 */
export function newProgramOf(portid: number, now: number = Date.now()): { readonly name?: string } | undefined {
  const before = known.get(portid);
  if (before !== undefined && now - before.at < FRESH) return undefined;
  const name = search(portid);
  rememberProgram(portid, name, now);
  return name === undefined ? {} : { name };
}

/** Has the look-up compiled before the first one, during which the program might end. */
export function prepareForPrograms(): void {
  search(process.pid);
}

function search(portid: number): string | undefined {
  try {
    // The kernel gives a process its own id as the first port. The name first: the process may be about to end.
    const name = portid <= MAX_PID ? commandOf(String(portid)) : undefined;
    const inode = inodeOf(portid, '/proc/net/netlink') ?? (name && inodeOf(portid, `/proc/${portid}/net/netlink`));
    // It has closed its socket, or ended, since.
    if (inode === undefined) return name;
    const link = `socket:[${inode}]`;
    if (name !== undefined && owns(String(portid), link)) return name;
    // The latest process is the likeliest to end soon.
    const pid = readdirSync('/proc').findLast(entry => /^[0-9]+$/.test(entry) && owns(entry, link));
    return pid === undefined ? name : commandOf(pid);
  } catch {
    return undefined;
  }
}

/** The inode of the socket that has a port, from the table of one network namespace in /proc. */
function inodeOf(portid: number, table: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(table, 'latin1');
  } catch {
    return undefined;
  }
  // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
  for (const line of text.split('\n')) {
    const columns = line.trim().split(/\s+/);
    if (columns[1] === NETLINK_NETFILTER && columns[2] === String(portid)) return columns[9];
  }
  return undefined;
}

function owns(pid: string, link: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(fd => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === link;
      } catch {
        return false;
      }
    });
  } catch {
    return false;
  }
}

/** With as few system calls as possible: a program that makes one entry ends within a millisecond. */
function commandOf(pid: string): string | undefined {
  let file: number;
  try {
    file = openSync(`/proc/${pid}/comm`, 'r');
  } catch {
    return undefined;
  }
  try {
    // Its name and a newline.
    return NAME.toString('utf8', 0, readSync(file, NAME) - 1);
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
