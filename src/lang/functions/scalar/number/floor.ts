import { rounding } from './rounding.js';

export const floor = rounding(
  'floor',
  'the greatest number that is not above it, with that many decimals (default 0)',
  Math.floor,
  'select floor(reply.dport / 1000) * 1000 as block, count(*) from conntrack where nat has src group by block',
);
