import type { CommandLine } from './command-line.js';

/** A command line while it is read. */
export type Draft = { -readonly [K in keyof CommandLine]: CommandLine[K] };

type Lists = Pick<Draft, 'given' | 'keys' | 'output' | 'labels' | 'changedLabels' | 'warnings'>;

/** With every member there from the beginning: where many lines are read, all of them are of one hidden class. */
export const blank = ({ given, keys, output, labels, changedLabels, warnings }: Lists): Draft => ({
  command: undefined,
  table: 'conntrack',
  given,
  family: undefined,
  src: undefined,
  dst: undefined,
  replySrc: undefined,
  replyDst: undefined,
  maskSrc: undefined,
  maskDst: undefined,
  tupleSrc: undefined,
  tupleDst: undefined,
  proto: undefined,
  keys,
  timeout: undefined,
  status: undefined,
  events: undefined,
  mark: undefined,
  secmark: undefined,
  id: undefined,
  snat: undefined,
  dnat: undefined,
  output,
  bufferSize: undefined,
  zone: undefined,
  origZone: undefined,
  replyZone: undefined,
  labels,
  changedLabels,
  labelMap: undefined,
  warnings,
});
