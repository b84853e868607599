import fc from 'fast-check';
import { CONNTRACK_FIELDS } from '../../../src/lang/schema/fields/conntrack.js';
import type { Field } from '../../../src/lang/schema/fields/field.js';
import { type Reading, readingOf } from '../../kit/alike.js';
import { asyncProperty, ours, type Target } from '../harness.js';
import { mutated } from '../mutations.js';
import { corpus, fill } from './snapshots.js';

/** Other values in the same places: digits, and letters of hexadecimal numbers, become others. */
interface Variation {
  readonly times: number;
  readonly digits: readonly number[];
}

const variation: fc.Arbitrary<Variation> = fc.record({
  times: fc.integer({ min: 1, max: 4 }),
  digits: fc.array(fc.nat(999), { maxLength: 12 }),
});

/** The text again and again, each time with some digits changed. */
function varied(text: Uint8Array, { times, digits }: Variation): Uint8Array {
  const copies = [text];
  for (let copy = 0; copy < times; copy++) {
    const changed = new Uint8Array(text);
    const places = [...changed.keys()].filter(at => changed[at] >= 0x30 && changed[at] <= 0x39);
    digits.forEach((digit, i) => {
      if (places.length > 0)
        changed[places[(digit * 7919 + i * 104_729 + copy * 31) % places.length]] = 0x30 + (digit % 10);
    });
    copies.push(changed);
  }
  return Buffer.concat(copies);
}

async function compare(text: Uint8Array, size: number, fields: readonly string[] | 'all'): Promise<void> {
  const pieces = Math.max(size, Math.ceil(text.length / 600));
  const slow = await readingOf(text, pieces, fields, { mostShapes: 0 });
  const fast = await readingOf(text, pieces, fields);
  expectSame('by itself, and like an earlier one', slow, fast);
  expectSame('in pieces of other sizes', fast, await readingOf(text, 3 * pieces + 1, fields));
  const division = { text: 200 + 10 * (size % 400), messages: 60_000 };
  expectSame('in order, and divided', fast, await readingOf(text, pieces, fields, { division }));
}

function expectSame(what: string, one: Reading | undefined, other: Reading | undefined): void {
  const differences = [...difference(one?.messages, other?.messages), ...difference(one?.warnings, other?.warnings)];
  if (differences.length > 0) throw new Error(`${what}:\n${differences.join('\n')}`);
}

function difference(some: readonly string[] = [], others: readonly string[] = []): readonly string[] {
  const at = [...some, ...others].findIndex((_, i) => some[i] !== others[i]);
  return at < 0 ? [] : [`${at}: ${some[at]}`, `${at}: ${others[at]}`];
}

/** Of ages, two readings differ. */
const FIELDS = Object.entries<Field>(CONNTRACK_FIELDS)
  .filter(([name, { alias, anyOf }]) => alias === undefined && anyOf === undefined && name !== 'age')
  .map(([name]) => name);
const size = fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constant(65_536));

export const alike: Target = {
  name: 'alike',
  what: 'files: entries that are written like earlier ones are read as if each were the first',
  runs: 60,
  open: fill,
  property: () =>
    asyncProperty(
      fc.record({
        bytes: mutated(corpus),
        variation,
        size,
        fields: fc.oneof(fc.constant('all' as const), fc.subarray(FIELDS, { maxLength: 3 })),
      }),
      async ({ bytes, variation, size, fields }) => {
        await ours(() => compare(varied(bytes.subarray(0, 20_000), variation), size, fields));
      },
    ),
};
