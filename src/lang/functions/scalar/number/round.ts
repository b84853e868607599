import { nearest } from '../../../values/value.js';
import { rounding } from './rounding.js';

export const round = rounding(
  'round',
  'the number rounded to that many decimals (default 0); halves away from zero',
  nearest,
  'select src, round(bytes / packets, 1) as mean_size from conntrack',
);
