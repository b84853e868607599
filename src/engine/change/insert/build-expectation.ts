import type { Address } from '../../../lang/values/value.js';
import { decodeExpectation, type Expectation, type ExpectationNat } from '../../ctnetlink/codec/expectation.js';
import type { Tuple } from '../../ctnetlink/codec/tuple.js';
import { AF_INET, AF_INET6 } from '../../ctnetlink/constants.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { invalidChange } from '../errors.js';
import { helperName } from '../values/optional-attributes.js';
import type { SetValues } from '../values/set-values.js';
import { assignedTuple, completeTuple, protocolText } from '../values/tuples.js';

const DIRECTIONS = ['original', 'reply'];
const zeroAddress = (like: Address): Address => (typeof like === 'number' ? 0 : '\0'.repeat(8));
const exactMask = (like: Address): Address => (typeof like === 'number' ? 0xffffffff : '\uffff'.repeat(8));

/** The expectation to create to get a copy of the one in a message. */
export function cloneExpectation(view: MessageView): Expectation {
  const { id: _, ...expectation } = decodeExpectation(view);
  return expectation;
}

/**
 * The expectation that `set` describes.
 * @param base the expectation of the row that is copied, if any
 * @throws CtqError for parts that are missing or contradict each other
 */
export function buildExpectation(assigned: SetValues, base: Expectation | undefined): Expectation {
  const masterProto = assigned.number('master.proto') ?? base?.master?.proto ?? assigned.number('proto');
  const master = completeTuple(
    { ...base?.master, proto: masterProto, ...assignedTuple(assigned, 'master.', masterProto) },
    'master.',
  );
  const proto = assigned.number('proto') ?? base?.tuple.proto;
  const set = assignedTuple(assigned, '', proto);
  // The source port of a data connection is not known in advance.
  const isAnyPort = set.sport === undefined && base === undefined;
  const tuple = completeTuple({ ...base?.tuple, proto, ...(isAnyPort ? { sport: 0 } : {}), ...set }, '');
  if (typeof tuple.src !== typeof master.src)
    throw invalidChange('the expected flow and its master are of different families');
  const family = typeof tuple.src === 'number' ? AF_INET : AF_INET6;
  const wanted = assigned.text('family');
  if (wanted !== undefined && wanted !== (family === AF_INET ? 'ipv4' : 'ipv6'))
    throw invalidChange(`the addresses are not ${wanted}`);
  const timeout = assigned.seconds('timeout') ?? base?.timeout;
  const flags = assigned.get('flags');
  const flagBits =
    flags === undefined
      ? base?.flags
      : flags.op === '='
        ? (flags.value as number)
        : assignedFlags(flags, base?.flags ?? 0);
  if ((flagBits ?? 0) > 7) throw invalidChange('invalid flags: expected PERMANENT, INACTIVE, USERSPACE');
  const helper = helperName(assigned) ?? base?.helper;
  const nat = natOf(assigned, base?.nat, tuple);
  const zone = assigned.number('zone') ?? base?.zone;
  const policy = assigned.number('class') ?? base?.class;
  const fn = assigned.text('fn') ?? base?.fn;
  return {
    ...{ family, master, tuple, mask: maskOf(assigned, base?.mask, tuple, isAnyPort) },
    timeout,
    flags: flagBits,
    helper: helper === '' ? undefined : helper,
    nat,
    zone,
    class: policy,
    fn,
  };
}

function assignedFlags({ op, value }: { op: string; value: unknown }, before: number): number {
  return op === '+=' ? before | (value as number) : before & ~(value as number);
}

/** The kernel applies the mask to source address and source port only; all else must match exactly. */
function maskOf(assigned: SetValues, before: Tuple | undefined, tuple: Tuple, isAnyPort: boolean): Tuple {
  const src = assigned.address('mask.src') ?? before?.src ?? exactMask(tuple.src);
  const sport = assigned.number('mask.sport') ?? before?.sport ?? (isAnyPort ? 0 : 0xffff);
  const dst = assigned.address('mask.dst');
  const dport = assigned.number('mask.dport');
  if (typeof src !== typeof tuple.src) throw invalidChange('mask.src and src are of different families');
  if ((dst !== undefined && dst !== exactMask(tuple.src)) || (dport !== undefined && dport !== 0xffff))
    throw invalidChange('the destination of an expected flow cannot be masked', 'omit mask.dst and mask.dport');
  if (tuple.sport === undefined && assigned.has('mask.sport'))
    throw invalidChange(`${protocolText(tuple.proto)} has no ports`);
  const { proto, icmpId } = tuple;
  return {
    ...{ src, dst: exactMask(tuple.src), proto },
    ...(tuple.sport === undefined ? {} : { sport, dport: 0xffff }),
    ...(icmpId === undefined ? {} : { icmpId: 0xffff, icmpType: 0xff, icmpCode: 0xff }),
  };
}

function natOf(assigned: SetValues, before: ExpectationNat | undefined, tuple: Tuple): ExpectationNat | undefined {
  if (!assigned.has('nat.dir', 'nat.src', 'nat.sport')) return before;
  const word = assigned.text('nat.dir');
  const direction = word === undefined ? before?.direction : DIRECTIONS.indexOf(word);
  const src = assigned.address('nat.src') ?? before?.tuple.src;
  if (direction === undefined || direction < 0)
    throw invalidChange('nat.dir is missing', 'nat.dir = original, or nat.dir = reply');
  if (src === undefined) throw invalidChange('nat.src is missing: the translated source address');
  if (typeof src !== typeof tuple.src) throw invalidChange('nat.src and src are of different families');
  const sport = assigned.number('nat.sport') ?? before?.tuple.sport ?? 0;
  return { direction, tuple: { src, dst: zeroAddress(src), proto: tuple.proto, sport, dport: 0 } };
}
