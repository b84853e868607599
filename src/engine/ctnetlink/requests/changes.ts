import { NLM_F_CREATE, NLM_F_EXCL } from '../../netlink/constants.js';
import { IPCTNL_MSG_CT_NEW, IPCTNL_MSG_EXP_NEW } from '../constants.js';
import { EncodeError } from '../encode-error.js';
import { type Expectation, encodeExpectation } from '../expectation.js';
import { encodeChange, encodeFlow, type Flow, type FlowChange } from '../flow.js';
import { familyOf, type Tuple } from '../tuple.js';
import { encodeFlowKey, type FlowKeyOptions, type RequestOptions, request, requestFlags } from './key.js';

/** Requests that make or change entries. Attributes that the kernel does not take are left out. */

/**
 * A new flow; EEXIST if it is there. `reply` is the inverse of `orig` (`invertTuple`) also where NAT is wanted, which
 * `snat` and `dnat` say.
 * @throws EncodeError for a flow without a timeout, or with values out of range
 */
export function createFlow(flow: Flow, options: RequestOptions = {}): Uint8Array {
  const flags = requestFlags(options, NLM_F_CREATE | NLM_F_EXCL);
  const header = { type: IPCTNL_MSG_CT_NEW, flags, family: flow.family, seq: options.seq };
  return request(header, writer => encodeFlow(flow, writer, 'create'));
}

/**
 * A change of a flow that is there; ENOENT else. The kernel makes the changes one by one and stops at the first that it
 * refuses: those before it stay. The status must have all bits that it has already.
 * @param tuple a whole tuple of the flow
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

/** A new expectation; EEXIST if it is there. The kernel takes no timeout for it: send it again with `updateExpectation`. */
export const createExpectation = (expectation: Expectation, options: RequestOptions = {}): Uint8Array =>
  expectationRequest(expectation, 'create', requestFlags(options, NLM_F_CREATE | NLM_F_EXCL), options.seq);

/** A new timeout for an expectation that is there; ENOENT else. The kernel changes nothing else of one. */
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
