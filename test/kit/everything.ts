/** Reads all that a view has to say of the message that it is on. */
import { decodeExpectation } from '../../src/engine/ctnetlink/codec/expectation.js';
import { decodeFlow } from '../../src/engine/ctnetlink/codec/flow.js';
import { decodeGlobalStats } from '../../src/engine/ctnetlink/codec/stats.js';
import { Message } from '../../src/engine/ctnetlink/view/message.js';
import type { TupleView } from '../../src/engine/ctnetlink/view/tuple-view.js';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { WireError } from '../../src/engine/ctnetlink/wire-error.js';
import { decodeCpuStats, decodeExpectCpuStats } from './messages.js';

const gettersOf = (prototype: object): string[] =>
  Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([, { get }]) => get !== undefined)
    .map(([name]) => name);

/** Found by looking, so that no getter can be forgotten. */
const GETTERS = [...gettersOf(Message.prototype), ...gettersOf(MessageView.prototype)];

const tupleOf = (view: TupleView): unknown => ({
  present: view.present,
  src: view.srcAddress(),
  dst: view.dstAddress(),
  numbers: [view.proto, view.sport, view.dport, view.icmpType, view.icmpCode, view.icmpId, view.zone],
});

const orWireError = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError) return error.message;
    throw error;
  }
};

/** @throws anything but WireError that reading throws */
export function everything(view: MessageView): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const name of GETTERS) {
    const value = view[name as keyof MessageView] as unknown;
    all[name] = typeof value === 'object' && value !== null && 'present' in value ? tupleOf(value as TupleView) : value;
  }
  for (const direction of [0, 1] as const) {
    all[`flagsMask ${direction}`] = view.tcpFlagsMask(direction);
    for (const part of ['POS', 'BEFORE', 'AFTER'] as const) all[`${part} ${direction}`] = view.seqadj(direction, part);
  }
  for (const part of ['ISN', 'ITS', 'TSOFF'] as const) all[part] = view.synproxy(part);
  for (let attribute = 0; attribute < 32; attribute++) {
    all[`number ${attribute}`] = view.number(attribute);
    all[`size ${attribute}`] = view.sizeOf(attribute);
    all[`bits ${attribute}`] = view.labelsOf(attribute);
    all[`text ${attribute}`] = view.text(attribute);
  }
  all.flow = orWireError(() => decodeFlow(view));
  all.expectation = orWireError(() => decodeExpectation(view));
  all.stats = [decodeCpuStats(view), decodeExpectCpuStats(view), decodeGlobalStats(view)];
  return all;
}

export const GETTER_COUNT = GETTERS.length;
