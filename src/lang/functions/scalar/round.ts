import { rounding } from './rounding.js';

export const round = rounding(
  'round',
  'the number rounded to that many decimals (default 0)',
  Math.round,
  'select src, round(bytes / packets, 1) as mean_size from conntrack',
);
