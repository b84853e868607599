import { NLM_F_CREATE, NLM_F_EXCL } from '../../netlink/constants.js';
import { EncodeError } from '../codec/encode-error.js';
import { type Expectation, encodeExpectation } from '../codec/expectation.js';
import { encodeChange, encodeFlow, type Flow, type FlowChange } from '../codec/flow.js';
import { familyOf, type Tuple } from '../codec/tuple.js';
import { IPCTNL_MSG_CT_NEW, IPCTNL_MSG_EXP_NEW } from '../constants.js';
import { encodeFlowKey, type FlowKeyOptions, type RequestOptions, request, requestFlags } from './key.js';

/** Requests that create or change entries. Attributes that the kernel does not accept are omitted. */

/**
 * Creates a flow; EEXIST if it exists. `reply` is the inverse of `orig` (`invertTuple`) even with NAT, which is given by
 * `snat` and `dnat`.
 * @throws EncodeError for a flow without a timeout, or for values out of range
 */
export function createFlow(flow: Flow, options: RequestOptions = {}): Uint8Array {
  const flags = requestFlags(options, NLM_F_CREATE | NLM_F_EXCL);
  const header = { type: IPCTNL_MSG_CT_NEW, flags, family: flow.family, seq: options.seq };
  return request(header, writer => encodeFlow(flow, writer, 'create'));
}

/**
 * Changes an existing flow; ENOENT if there is none. The kernel applies the attributes one by one and stops at the first that it
 * rejects; earlier ones remain applied. The status must include all bits that are already set.
 * @param tuple a complete tuple of the flow
 * @throws EncodeError for an incomplete tuple, or for values out of range
 */
export function updateFlow(tuple: Tuple, change: FlowChange, options: FlowKeyOptions = {}): Uint8Array {
  const header = {
    type: IPCTNL_MSG_CT_NEW,
    flags: requestFlags(options, 0),
    family: familyOf(tuple),
    seq: options.seq,
  };
  return request(header, writer => {
    encodeFlowKey(writer, tuple, options);
    encodeChange(change, writer);
  });
}

/** Creates an expectation; EEXIST if it exists. The kernel ignores its timeout: set that with `updateExpectation`. */
export const createExpectation = (expectation: Expectation, options: RequestOptions = {}): Uint8Array =>
  expectationRequest(expectation, 'create', requestFlags(options, NLM_F_CREATE | NLM_F_EXCL), options.seq);

/** Sets the timeout of an existing expectation, the only attribute that can be changed; ENOENT if there is none. */
export function updateExpectation(expectation: Expectation, options: RequestOptions = {}): Uint8Array {
  if (expectation.timeout === undefined) throw new EncodeError('only the timeout of an expectation can be changed');
  return expectationRequest(expectation, 'update', requestFlags(options, 0), options.seq);
}

function expectationRequest(
  expectation: Expectation,
  purpose: 'create' | 'update',
  flags: number,
  seq?: number,
): Uint8Array {
  const header = { type: IPCTNL_MSG_EXP_NEW, flags, family: expectation.family, seq };
  return request(header, writer => encodeExpectation(expectation, writer, purpose));
}
