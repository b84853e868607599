import { rounding } from './rounding.js';

export const ceil = rounding(
  'ceil',
  'the least number that is not below it, with that many decimals (default 0)',
  Math.ceil,
  'select src, ceil(bytes / 1024) as kib from conntrack',
);
