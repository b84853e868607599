import type { Address } from '../../../lang/values/value.js';
import { AF_INET, AF_INET6 } from '../../ctnetlink/constants.js';
import { decodeExpectation, type Expectation, type ExpectationNat } from '../../ctnetlink/expectation.js';
import type { Tuple } from '../../ctnetlink/tuple.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { invalidChange } from '../values/invalid-change.js';
import { helperName } from '../values/optional-attributes.js';
import type { SetValues } from '../values/set-values.js';
import { assignedParts, named, wholeTuple } from '../values/tuples.js';

const DIRECTIONS = ['original', 'reply'];
const anyAddress = (like: Address): Address => (typeof like === 'number' ? 0 : '\0'.repeat(8));
const wholeAddress = (like: Address): Address => (typeof like === 'number' ? 0xffffffff : '\uffff'.repeat(8));

/** An expectation as it would have to be created to be like the one that a message tells of. */
export function cloneExpectation(view: MessageView): Expectation {
  const { id: _, ...expectation } = decodeExpectation(view);
  return expectation;
}

/**
 * The expectation that `set` asks for.
 * @param base that of the row that is copied; undefined where there is none
 * @throws CtqError for what is missing, or does not fit together
 */
export function expectationOf(assigned: SetValues, base: Expectation | undefined): Expectation {
  const masterProto = assigned.number('master.proto') ?? base?.master?.proto ?? assigned.number('proto');
  const master = wholeTuple(
    { ...base?.master, proto: masterProto, ...assignedParts(assigned, 'master.', masterProto) },
    'master.',
  );
  const proto = assigned.number('proto') ?? base?.tuple.proto;
  const said = assignedParts(assigned, '', proto);
  // Data connections come from a port that nobody knows before.
  const isAnyPort = said.sport === undefined && base === undefined;
  const tuple = wholeTuple({ ...base?.tuple, proto, ...(isAnyPort ? { sport: 0 } : {}), ...said }, '');
  if (typeof tuple.src !== typeof master.src)
    throw invalidChange('the expected flow is of another family than its master');
  const family = typeof tuple.src === 'number' ? AF_INET : AF_INET6;
  const wanted = assigned.text('family');
  if (wanted !== undefined && wanted !== (family === AF_INET ? 'ipv4' : 'ipv6'))
    throw invalidChange(`the addresses are not of ${wanted}`);
  const timeout = assigned.seconds('timeout') ?? base?.timeout;
  const flags = assigned.get('flags');
  const flagBits =
    flags === undefined ? base?.flags : flags.op === '=' ? (flags.value as number) : combined(flags, base?.flags ?? 0);
  if ((flagBits ?? 0) > 7) throw invalidChange('flags are PERMANENT, INACTIVE, USERSPACE');
  const helper = helperName(assigned) ?? base?.helper;
  const nat = natOf(assigned, base?.nat, tuple);
  const zone = assigned.number('zone') ?? base?.zone;
  const policy = assigned.number('class') ?? base?.class;
  const fn = assigned.text('fn') ?? base?.fn;
  return {
    ...{ family, master, tuple, mask: maskOf(assigned, base?.mask, tuple, isAnyPort) },
    ...(timeout === undefined ? {} : { timeout }),
    ...(flagBits === undefined ? {} : { flags: flagBits }),
    ...(helper === undefined || helper === '' ? {} : { helper }),
    ...(nat === undefined ? {} : { nat }),
    ...(zone === undefined ? {} : { zone }),
    ...(policy === undefined ? {} : { class: policy }),
    ...(fn === undefined ? {} : { fn }),
  };
}

function combined({ op, value }: { op: string; value: unknown }, before: number): number {
  return op === '+=' ? before | (value as number) : before & ~(value as number);
}

/** Source address and source port are compared by the mask; all else is exact, whatever a mask says. */
function maskOf(assigned: SetValues, before: Tuple | undefined, tuple: Tuple, isAnyPort: boolean): Tuple {
  const src = assigned.address('mask.src') ?? before?.src ?? wholeAddress(tuple.src);
  const sport = assigned.number('mask.sport') ?? before?.sport ?? (isAnyPort ? 0 : 0xffff);
  const dst = assigned.address('mask.dst');
  const dport = assigned.number('mask.dport');
  if (typeof src !== typeof tuple.src) throw invalidChange('mask.src is of another family than src');
  if ((dst !== undefined && dst !== wholeAddress(tuple.src)) || (dport !== undefined && dport !== 0xffff))
    throw invalidChange('the destination of an expected flow is always exact', 'leave mask.dst and mask.dport out');
  if (tuple.sport === undefined && assigned.has('mask.sport'))
    throw invalidChange(`${named(tuple.proto)} has no ports`);
  const { proto, icmpId } = tuple;
  return {
    ...{ src, dst: wholeAddress(tuple.src), proto },
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
    throw invalidChange('nat.dir is missing', 'nat.dir = original, or reply');
  if (src === undefined) throw invalidChange('nat.src is missing: the address that the source is translated to');
  if (typeof src !== typeof tuple.src) throw invalidChange('nat.src is of another family than src');
  const sport = assigned.number('nat.sport') ?? before?.tuple.sport ?? 0;
  return { direction, tuple: { src, dst: anyAddress(src), proto: tuple.proto, sport, dport: 0 } };
}
