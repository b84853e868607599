/** A query that uses a few fields gets the same values of them as one that uses all. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readerOf } from '../../../src/engine/ctnetlink/fields/accessors.js';
import { partsOf } from '../../../src/engine/formats/reading/parts.js';
import { CONNTRACK_FIELDS } from '../../../src/lang/schema/fields/conntrack.js';
import type { Field } from '../../../src/lang/schema/fields/field.js';
import { ours } from '../../fuzz/harness.js';
import { corpus, fill } from '../../fuzz/targets/snapshots.js';
import { readText } from '../../kit/snapshot.js';

const test = suite('parts of flows');

/** Fields by the parts that they are read from; one reading is enough for all of a kind. Of ages, two readings differ. */
const kinds = new Map<number, string[]>();
for (const [name, { alias, anyOf }] of Object.entries<Field>(CONNTRACK_FIELDS)) {
  if (alias !== undefined || anyOf !== undefined || name === 'netns' || name === 'age') continue;
  const parts = partsOf([name]);
  kinds.set(parts, [...(kinds.get(parts) ?? []), name]);
}

test('fields of each part by themselves, in every format', async () => {
  await fill();
  for (const text of corpus.filter(each => each[0] !== 0x1f && each.length > 20)) {
    const read = await ours(() => readText(text));
    // A file that is refused whole.
    if (read === undefined) continue;
    const all = read.views;
    for (const fields of kinds.values()) {
      const some = (await readText(text, 65_536, { fields: [fields[0]] })).views;
      assert.is(some.length, all.length);
      for (const field of fields) {
        const fieldOf = readerOf('conntrack', field);
        const flows = all.filter(view => !view.isExpectation);
        assert.equal(some.filter(view => !view.isExpectation).map(fieldOf), flows.map(fieldOf), field);
      }
    }
  }
});

test.run();
