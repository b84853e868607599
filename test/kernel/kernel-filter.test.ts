/** Each filter, of a dump and of a delete, on a table of everything: what the kernel makes of it is what it means. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Flow } from '../../src/engine/ctnetlink/codec/flow.js';
import type { Tuple } from '../../src/engine/ctnetlink/codec/tuple.js';
import { createFlow } from '../../src/engine/ctnetlink/requests/changes.js';
import { deleteFiltered, deleteFlow, flushFlows } from '../../src/engine/ctnetlink/requests/deletes.js';
import type { KernelFilter, TupleFilter } from '../../src/engine/ctnetlink/requests/kernel-filter.js';
import { openKernel } from '../../src/engine/sources/kernel/kernel.js';
import type { Source } from '../../src/engine/sources/source.js';
import { STATUS_FLAGS } from '../../src/lang/schema/constants.js';
import { parseAddress } from '../../src/lang/values/address.js';
import type { Address } from '../../src/lang/values/value.js';
import { allFlows, fillTables } from '../kit/flows.js';
import { assertPrivateNamespace } from '../kit/namespace.js';
import { restorable } from '../kit/restorable.js';
import { errnoOf, flowsOf, namesOf } from '../kit/table.js';

assertPrivateNamespace();
const test = suite('filters and deletes');
const address = (text: string): Address => parseAddress(text) as Address;
const { ASSURED, SEEN_REPLY } = STATUS_FLAGS;
const [SRC, DST] = [address('10.1.0.1'), address('192.0.2.1')];
let source: Source;
/** The table of everything: made without the encoder that is tested, masters first. */
let everything: Flow[];

async function refill(): Promise<void> {
  await source.exchange(flushFlows());
  const outcome = await source.batch(everything.map(flow => createFlow(restorable(flow))));
  assert.equal(outcome, { sent: everything.length, failed: 0 });
}

test.before(async () => {
  source = openKernel();
  fillTables();
  const all = await flowsOf(source);
  everything = all.sort((a, b) => Number(a.master !== undefined) - Number(b.master !== undefined));
});
test.after(async () => source.close());

const fits = (tuple: Tuple, filter: TupleFilter = {}): boolean =>
  Object.entries(filter).every(([key, value]) => tuple[key as keyof Tuple] === value);

/** What a filter means, said again. */
function passes({ family, mark, status, zone, orig, reply }: KernelFilter, flow: Flow): boolean {
  const zones = [flow.zone, flow.orig.zone, flow.reply.zone].filter(each => each !== undefined);
  return (
    (family === undefined || flow.family === family) &&
    (mark === undefined || ((flow.mark ?? 0) & mark.mask) >>> 0 === mark.value) &&
    (status === undefined || ((flow.status ?? 0) & status.mask) >>> 0 === status.value) &&
    (zone === undefined || (zones.length === 0 ? zone === 0 : zones.includes(zone))) &&
    fits(flow.orig, orig) &&
    fits(flow.reply, reply)
  );
}

const FILTERS: KernelFilter[] = [
  { mark: { value: 0xffff_ffff, mask: 0xffff_ffff } },
  { mark: { value: 0x1000, mask: 0xf000 } },
  { mark: { value: 0, mask: 1 } },
  { status: { value: ASSURED, mask: ASSURED } },
  { status: { value: 0, mask: SEEN_REPLY } },
  { status: { value: SEEN_REPLY, mask: SEEN_REPLY | ASSURED } },
  { zone: 0 },
  { zone: 11 },
  { zone: 12 },
  { zone: 13 },
  { family: 10, zone: 0xffff },
  { family: 2, orig: { src: SRC } },
  { family: 2, orig: { dst: SRC } },
  { family: 2, orig: { src: SRC, dst: DST } },
  { family: 2, reply: { src: DST } },
  { family: 2, reply: { dst: address('198.51.100.7') } },
  { family: 2, orig: { proto: 132 } },
  { family: 10, orig: { proto: 17 } },
  { family: 2, orig: { proto: 6, dport: 80 } },
  { family: 10, orig: { proto: 6, sport: 2122 } },
  { family: 2, orig: { proto: 17, dport: 53, src: SRC } },
  { family: 10, orig: { proto: 6, dport: 443 }, status: { value: 0, mask: ASSURED } },
  { family: 10, reply: { proto: 6, sport: 80 }, mark: { value: 1, mask: 0xffff_ffff } },
  { family: 2, orig: { proto: 6, dport: 80 }, zone: 11 },
  { family: 2, orig: { proto: 6 }, reply: { proto: 6, sport: 443 } },
  { family: 2, orig: { proto: 1, icmpType: 8 } },
  { family: 2, orig: { proto: 1, icmpId: 113, icmpCode: 0 } },
  { family: 10, orig: { proto: 58, icmpType: 128, icmpCode: 0 } },
  { family: 10, reply: { proto: 58, icmpId: 100 + 139 } },
];

for (const filter of FILTERS) {
  test(`the kernel takes ${JSON.stringify(filter)} as it is meant`, async () => {
    await refill();
    const all = await flowsOf(source);
    const meant = all.filter(flow => passes(filter, flow));
    assert.ok(meant.length > 0 && meant.length < all.length, `it takes ${meant.length} of ${all.length}`);
    assert.equal(namesOf(await flowsOf(source, filter)), namesOf(meant), 'dumped');
    await source.exchange(deleteFiltered(filter));
    assert.equal(namesOf(await flowsOf(source)), namesOf(all.filter(flow => !passes(filter, flow))), 'left');
  });
}

test('every flow of the table is deleted alone, by either of its tuples, and none by a wrong id', async () => {
  await refill();
  let left = await flowsOf(source);
  assert.is(left.length, allFlows().length);
  for (const [turn, flow] of [...left].entries()) {
    const direction = turn % 2 === 0 ? 'orig' : 'reply';
    const { zone, id = 0 } = flow;
    const tuple = flow[direction];
    const wrong = deleteFlow(tuple, { zone, direction, id: (id ^ 1) >>> 0 });
    assert.is(await errnoOf(source, wrong), 'ENOENT', JSON.stringify(flow));
    await source.exchange(deleteFlow(tuple, { zone, direction, id }));
    left = left.filter(each => each !== flow);
    assert.equal(namesOf(await flowsOf(source)), namesOf(left), JSON.stringify(flow));
  }
});

test.run();
