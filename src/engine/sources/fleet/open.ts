import { CtqError } from '../../errors.js';
import type { Opener, PlaceOf } from '../opener.js';
import { RelaySource } from '../remote/remote-source.js';
import { SeveralHosts } from '../remote/several-hosts.js';
import { bySsh } from '../remote/transport.js';
import { membersOf, readFleet } from './members.js';

/** `in fleet`. */
export const fleet: Opener<PlaceOf<'fleet'>> = {
  open: ({ names }, { lines, fleet: options }) => {
    const members = membersOf(readFleet(), names);
    const byServer = members.find(({ transport }) => transport === 'nats');
    if (byServer !== undefined)
      throw new CtqError({
        code: 'fleet-transport',
        kind: 'system',
        message: `${byServer.name} is reached by a NATS server: this ctq reaches gateways by ssh only`,
        hint: 'name those that are reached by ssh: show fleet lists them',
      });
    return new SeveralHosts(
      members.map(({ name, target }) => ({ name, source: new RelaySource({ ...bySsh(target), label: name }, lines) })),
      options,
    );
  },
};
