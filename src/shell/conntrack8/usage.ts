import type { GivenProtocol } from './command-line.js';
import { PROTOCOLS } from './protocols.js';
import { IN_ITS_PLACE } from './tell.js';

const USAGE = `Command line interface for the connection tracking system: that of conntrack(8) 1.4.8, carried out by ctq.

Usage: conntrack COMMAND [TABLE] [OPTIONS]

Commands
  -L, --dump [TABLE]      list the entries
  -G, --get [TABLE]       show the entry of a tuple
  -D, --delete [TABLE]    delete entries, and show them
  -I, --create [TABLE]    make an entry; it must not be there yet
  -A, --add               make an entry, unless it is there
  -U, --update            change entries, and show those that were changed
  -E, --event [TABLE]     show events until a signal comes
  -F, --flush [TABLE]     delete all entries
  -C, --count [TABLE]     show how many entries there are
  -S, --stats [TABLE]     show the kernel's statistics, a line per CPU
  -R, --load-file FILE    carry out a file of command lines (-: standard input)
  -V, --version           show the version
  -h, --help              show this; with -p also the protocol's options

Tables: conntrack (default), expect, dying, unconfirmed

Which entries
  -s, --src, --orig-src ADDRESS[/LENGTH]    source, original direction
  -d, --dst, --orig-dst ADDRESS[/LENGTH]    destination, original direction
  -r, --reply-src ADDRESS                   source, reply direction
  -q, --reply-dst ADDRESS                   destination, reply direction
  -p, --proto PROTOCOL                      name or number; adds options of its own
  -f, --family FAMILY                       ipv4, ipv6
  -t, --timeout SECONDS
  -u, --status WORD[,WORD]                  ASSURED, SEEN_REPLY, FIXED_TIMEOUT, EXPECTED, OFFLOAD, HW_OFFLOAD;
                                            to look for also UNREPLIED, !WORD; to set also UNSET
  -m, --mark MARK[/MASK]
  -c, --secmark MARK
  -i, --id ID
  -n, --src-nat [ADDRESS[:PORT]]            source NAT; IPv6 with a port in brackets
  -g, --dst-nat [ADDRESS[:PORT]]            destination NAT
  -j, --any-nat [ADDRESS[:PORT]]            either
  -w, --zone ZONE                           zone of both directions
      --orig-zone ZONE, --reply-zone ZONE   zone of one direction
  -l, --label LABEL[,LABEL]                 labels that are set
      --labelmap FILE                       their names, in place of connlabel.conf of the system
      --mask-src NETMASK, --mask-dst NETMASK

What else is changed
      --label-add LABEL[,LABEL], --label-del [LABEL[,LABEL]]

Expectations
      --tuple-src ADDRESS, --tuple-dst ADDRESS, --mask-src NETMASK, --mask-dst NETMASK

What is shown
  -o, --output WORD[,WORD]     extended, xml, save, plain; id, timestamp, ktimestamp, labels, userspace
  -e, --event-mask WORD[,WORD] ALL, NEW, UPDATES, DESTROY
  -b, --buffer-size BYTES      of the socket that events come by
  -z, --zero                   zero the counters that are listed

'ctq translate conntrack …' shows the statement of ctq that a command line means.
`;

/** What `-h` shows; with `-p` also the options of that protocol. */
export function usageOf(proto?: GivenProtocol): string {
  const head = USAGE + IN_ITS_PLACE;
  if (proto === undefined) return head;
  if (proto.name === undefined) return `${head}\nProtocol ${proto.number} has no options of its own.\n`;
  const options = PROTOCOLS[proto.name].options.map(({ form }) => `  ${form.long.map(long => `--${long}`).join(', ')}`);
  return `${head}\nOptions of ${proto.name}\n${options.join('\n')}\n`;
}
