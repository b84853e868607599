/** Changes of bytes and texts that imitate what goes wrong with them: flipped, cut, doubled, moved, wrapped, mixed with others. */
import fc from 'fast-check';

type Edit =
  | { readonly kind: 'bytes'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'length'; readonly at: number; readonly value: number }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'double'; readonly at: number; readonly length: number; readonly times: number }
  | { readonly kind: 'splice'; readonly at: number; readonly other: number; readonly from: number }
  | { readonly kind: 'nest'; readonly at: number; readonly length: number; readonly depth: number };

/** A place, as a part of the whole. */
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
/** Lengths and numbers at which something changes. */
const telling = fc.oneof(
  fc.constantFrom(0, 1, 3, 4, 5, 7, 8, 16, 19, 20, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff),
  fc.nat(0xffff),
);
const size = fc.oneof(fc.nat(8), fc.nat(400));

const kind = <K extends Edit['kind']>(name: K) => fc.constant(name);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: kind('bytes'), at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }) }),
  fc.record({ kind: kind('length'), at: place, value: telling }),
  fc.record({ kind: kind('cut'), at: place, length: size }),
  fc.record({ kind: kind('insert'), at: place, bytes: fc.uint8Array({ maxLength: 12 }) }),
  fc.record({ kind: kind('double'), at: place, length: size, times: fc.oneof(fc.constant(1), fc.nat(300)) }),
  fc.record({ kind: kind('splice'), at: place, other: fc.nat(10_000), from: place }),
  fc.record({ kind: kind('nest'), at: place, length: size, depth: fc.nat(60) }),
);

/** More than this is not made of one thing, however often it is doubled. */
const LARGEST = 1 << 20;

function apply(bytes: Uint8Array, change: Edit, corpus: readonly Uint8Array[]): Uint8Array {
  const at = Math.floor(change.at * bytes.length);
  switch (change.kind) {
    case 'bytes': {
      const copy = bytes.slice();
      copy.set(change.bytes.subarray(0, bytes.length - at), at);
      return copy;
    }
    case 'length': {
      // Lengths and types of attributes are at multiples of four.
      const copy = bytes.slice();
      const aligned = at & ~1;
      if (aligned + 2 <= copy.length) new DataView(copy.buffer).setUint16(aligned, change.value, true);
      return copy;
    }
    case 'cut':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + change.length)]);
    case 'insert':
      return Buffer.concat([bytes.subarray(0, at), change.bytes, bytes.subarray(at)]);
    case 'double': {
      const piece = bytes.subarray(at, at + change.length);
      const times = Math.min(change.times, Math.floor(LARGEST / (piece.length || 1)));
      return Buffer.concat([bytes.subarray(0, at), ...Array(times).fill(piece), bytes.subarray(at)]);
    }
    case 'splice': {
      const other = corpus[change.other % corpus.length];
      return Buffer.concat([bytes.subarray(0, at), other.subarray(Math.floor(change.from * other.length))]);
    }
    case 'nest': {
      let inner: Uint8Array = bytes.subarray(at, at + change.length);
      for (let depth = 0; depth < change.depth; depth++) {
        const wrapped = Buffer.alloc(4 + inner.length);
        wrapped.writeUInt16LE(Math.min(0xffff, wrapped.length), 0);
        wrapped.writeUInt16LE(0x8000 | (1 + (depth % 25)), 2);
        wrapped.set(inner, 4);
        inner = wrapped;
      }
      return Buffer.concat([bytes.subarray(0, at), inner, bytes.subarray(at + change.length)]);
    }
  }
}

/** One of the corpus with up to six changes. */
export function mutated(corpus: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.nat(corpus.length - 1), fc.array(edit, { maxLength: 6 }))
    .map(([which, edits]) => Uint8Array.from(edits.reduce((bytes, each) => apply(bytes, each, corpus), corpus[which])));
}

/** A ctnetlink message with a header that says its true length, unless it was the header that was to be wrong. */
export const mutatedMessage = (corpus: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc.tuple(mutated(corpus), fc.integer({ min: 0, max: 9 })).map(([bytes, chance]) => {
    if (chance > 0 && bytes.length >= 4) new DataView(bytes.buffer).setUint32(0, bytes.length, true);
    return bytes;
  });

/** What would do harm if it were taken for something else: control codes, quotes, ends of lines, options, formulas. */
export const HOSTILE = [
  '\x1b[31m',
  '\x1b]0;title\x07',
  '\x9b2J',
  '\r\n',
  '\n',
  '\t',
  '\0',
  '"',
  "'",
  '`id`',
  '$(id)',
  '; reboot',
  '| sh',
  '--',
  '-oProxyCommand=id',
  '<!--',
  ']]>',
  '</flow>',
  '&amp;',
  '&#x1b;',
  '\\u001b',
  '{"a":',
  ',',
  '\u202e',
  '\u2028',
  '\ufeff',
  '\ud800',
  '%s%n',
  '=1+1',
  '__proto__',
  'constructor',
] as const;

/** Text in which such things are between ordinary ones. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom<string>(...HOSTILE), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 5 })
  .map(parts => parts.join(''));
