import { rounding } from './rounding.js';

export const trunc = rounding(
  'trunc',
  'the number without the rest of its decimals (default: all of them)',
  Math.trunc,
  'select src, trunc(bytes / packets) as size from conntrack',
);
