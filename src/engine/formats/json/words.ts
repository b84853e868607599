/** What the reader and the writer of JSON agree on. Members are named and nested as the fields of src/lang/schema/catalogue.ts are. */

/** Fields that follow from the others: not written in whole entries. */
export const DERIVED: ReadonlySet<string> = new Set([
  'packets',
  'bytes',
  'age',
  'nat',
  'tcp.state',
  'sctp.state',
  'dccp.state',
]);

/** Members of an object that the reader ignores without a note: derived, or true only when and where it was written. */
export const IGNORED: ReadonlySet<string> = new Set([
  ...DERIVED,
  'snat',
  'dnat',
  'resync',
  'netns',
  'gateway',
  'filename',
]);

/** The event of an object that reports events which the kernel dropped; no event of the kernel has this name. */
export const LOST = 'lost';

/** The event of an object that names a gateway whose rows are missing. */
export const MISSING = 'missing';
/** The same of one that is there again. */
export const RETURNED = 'returned';
