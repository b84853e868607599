import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { namesOfFlags } from '../../../lang/schema/flags.js';
import { SETTABLE_STATUS } from '../../ctnetlink/flow.js';
import { invalidChange } from './invalid-change.js';

const { SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE, EXPECTED, CONFIRMED, DYING, SEQ_ADJUST } = STATUS_FLAGS;

/** Why a bit cannot be set. CONFIRMED is set on every entry, so that to set it says nothing. */
const REASONS: readonly (readonly [bits: number, reason: string])[] = [
  [SRC_NAT | DST_NAT | SRC_NAT_DONE | DST_NAT_DONE, 'it follows from snat and dnat, when an entry is inserted'],
  [EXPECTED, 'it follows from master, when an entry is inserted'],
  [SEQ_ADJUST, 'it follows from seqadj'],
  [DYING, 'delete the entry instead'],
];

/**
 * The bits of `status` that a statement sets.
 * @throws CtqError for one that the kernel would ignore or refuse
 */
export function settableStatus(bits: number): number {
  const others = (bits & ~(SETTABLE_STATUS | CONFIRMED)) >>> 0;
  if (others === 0) return bits;
  const reason = REASONS.find(([mask]) => (others & mask) !== 0)?.[1];
  throw invalidChange(
    `status ${namesOfFlags('status', others)[0]} cannot be set`,
    `${reason === undefined ? 'the kernel ignores it' : reason}; what can be set: ${namesOfFlags('status', SETTABLE_STATUS).join(', ')}`,
  );
}
