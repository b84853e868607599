import type { Opener, PlaceOf } from '../opener.js';
import { RelaySource } from '../remote/remote-source.js';
import { bySsh } from '../remote/transport.js';
import { type AskedMember, FleetSource } from './fleet-source.js';
import { LinkSource } from './link-source.js';
import { BusLink, partTurns } from './links/nats/bus-link.js';
import { LazyBus } from './links/nats/lazy-bus.js';
import { connectBus } from './links/nats/nats-bus.js';
import { SshLink } from './links/ssh-link.js';
import { membersOf, readFleet, whereWritten } from './members.js';
import { Turns } from './turns.js';

/** How many ssh(1) run at once. */
const HOSTS_AT_ONCE = 10;

/** `in ssh ('gw1', 'gw2')`. */
export const hosts: Opener<PlaceOf<'hosts'>> = {
  open: (place, { lines, fleet: options }) => {
    const turns = new Turns(HOSTS_AT_ONCE);
    const members = place.hosts.map(name => ({
      name,
      link: new SshLink(name, name, turns),
      source: new RelaySource(bySsh(name), lines),
      isAnyHost: true,
    }));
    return new FleetSource(members, options, async () => {});
  },
};

/** `in fleet`. */
export const fleet: Opener<PlaceOf<'fleet'>> = {
  open: ({ names }, { lines, fleet: options }) => {
    const whole = readFleet();
    const hint =
      whole.servers.length === 0
        ? `write in ${whereWritten(whole)}: server = tls://HOST:4222`
        : `the server, its certificate (ca) and the key (nkey) are named in ${whereWritten(whole)}`;
    const bus = new LazyBus(() => connectBus(whole, { name: 'ctq', isLasting: false, hint }));
    const parts = partTurns();
    const hosts = new Turns(HOSTS_AT_ONCE);
    const members = membersOf(whole, names).map(({ name, transport, target }): AskedMember => {
      if (transport === 'ssh') {
        const source = new RelaySource({ ...bySsh(target), label: name }, lines);
        return { name, link: new SshLink(name, target, hosts), source };
      }
      const link = new BusLink(bus, target, parts);
      return { name, link, source: new LinkSource(link, () => options().deadline), isLight: true };
    });
    return new FleetSource(members, options, () => bus.close());
  },
};
