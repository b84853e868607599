import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Answers kept, and for how long (ms): a port id may be another process' soon. */
const CAPACITY = 256;
const FRESH = 5_000;
/** NETLINK_NETFILTER: linux/netlink.h. */
const NETLINK_NETFILTER = '12';

const known = new Map<number, { readonly name: string | undefined; readonly at: number }>();

/**
 * The name of the program behind a netlink port, as `conntrack -E` shows it (`progname=`); undefined where it is gone already,
 * or in another network namespace than this process.
 */
export function programOf(portid: number, now: number = Date.now()): string | undefined {
  const before = known.get(portid);
  if (before !== undefined && now - before.at < FRESH) return before.name;
  const name = search(portid);
  if (known.size >= CAPACITY) known.clear();
  known.set(portid, { name, at: now });
  return name;
}

function search(portid: number): string | undefined {
  try {
    const inode = inodeOf(portid);
    if (inode === undefined) return undefined;
    // Most processes use their own id as the first port.
    const link = `socket:[${inode}]`;
    if (owns(String(portid), link)) return commandOf(String(portid));
    const pid = readdirSync('/proc').find(entry => /^[0-9]+$/.test(entry) && owns(entry, link));
    return pid === undefined ? undefined : commandOf(pid);
  } catch {
    return undefined;
  }
}

function inodeOf(portid: number): string | undefined {
  // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
  for (const line of readFileSync('/proc/net/netlink', 'latin1').split('\n')) {
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

function commandOf(pid: string): string | undefined {
  // `pid (comm) …`: comm may hold anything, brackets too.
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const from = stat.indexOf('(');
  const to = stat.indexOf(')', from);
  return from < 0 || to < 0 ? undefined : stat.slice(from + 1, to);
}
