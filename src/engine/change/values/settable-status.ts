import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import { namesOfFlags } from '../../../lang/schema/flags.js';
import { SETTABLE_STATUS } from '../../ctnetlink/codec/flow.js';
import { invalidChange } from '../errors.js';

const { SRC_NAT, DST_NAT, SRC_NAT_DONE, DST_NAT_DONE, EXPECTED, CONFIRMED, DYING, SEQ_ADJUST } = STATUS_FLAGS;

/** Why a bit cannot be set. CONFIRMED, which every entry has, is accepted. */
const REASONS: readonly (readonly [bits: number, reason: string])[] = [
  [SRC_NAT | DST_NAT | SRC_NAT_DONE | DST_NAT_DONE, 'it is set by snat and dnat of an insert'],
  [EXPECTED, 'it is set by the master of an insert'],
  [SEQ_ADJUST, 'it is set by seqadj'],
  [DYING, 'delete the entry instead'],
];

/**
 * Checks the bits of `status` that a statement sets.
 * @returns the bits
 * @throws CtqError for a bit that the kernel would ignore or refuse
 */
export function checkSettableStatus(bits: number): number {
  const others = (bits & ~(SETTABLE_STATUS | CONFIRMED)) >>> 0;
  if (others === 0) return bits;
  const reason = REASONS.find(([mask]) => (others & mask) !== 0)?.[1];
  throw invalidChange(
    `status ${namesOfFlags('status', others)[0]} cannot be set`,
    `${reason ?? 'the kernel ignores it'}; settable bits: ${namesOfFlags('status', SETTABLE_STATUS).join(', ')}`,
  );
}
