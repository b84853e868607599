import type { Opener, PlaceOf } from '../opener.js';
import { RelaySource } from './remote-source.js';
import { SeveralHosts } from './several-hosts.js';
import { bySsh } from './transport.js';

/** `in ssh 'user@gw1'`. */
export const host: Opener<PlaceOf<'ssh'>> = {
  open: (place, { lines }) => new RelaySource(bySsh(place.host), lines),
};

/** `in ssh ('gw1', 'gw2')`. */
export const hosts: Opener<PlaceOf<'hosts'>> = {
  open: (place, { lines, fleet }) =>
    new SeveralHosts(
      place.hosts.map(name => ({ name, source: new RelaySource(bySsh(name), lines) })),
      fleet,
    ),
};
