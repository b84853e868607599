import type { Opener, PlaceOf } from '../opener.js';
import { RelaySource } from './remote-source.js';
import { bySsh } from './transport.js';

/** `in ssh 'user@gw1'`. */
export const host: Opener<PlaceOf<'ssh'>> = {
  open: (place, { lines }) => new RelaySource(bySsh(place.host), lines),
};
