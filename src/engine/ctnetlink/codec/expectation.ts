import { CTA_EXPECT, CTA_EXPECT_NAT } from '../constants.js';
import type { MessageView } from '../view/view.js';
import { WireError } from '../wire-error.js';
import {
  ALWAYS,
  type AttributeTable,
  attribute,
  type Codec,
  decodeAttributes,
  encodeAttributes,
  ON_CREATE,
  type Purpose,
  text,
  tuple,
  u16,
  u32,
} from './codec.js';
import { EncodeError } from './encode-error.js';
import { decodeTuple, encodeTuple, type Tuple } from './tuple.js';
import type { Writer } from './writer.js';

/** Source NAT of an expected flow (CTA_EXPECT_NAT). */
export interface ExpectationNat {
  /** Direction relative to the master: 0 original, 1 reply. */
  readonly direction: number;
  /** Only its source address and port are used. */
  readonly tuple: Tuple;
}

/** An entry of the expectation table as plain data. */
export interface Expectation {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  /** A tuple of the master flow, of either direction. */
  readonly master?: Tuple;
  /** The original tuple of the expected flow. */
  readonly tuple: Tuple;
  /** Mask of `tuple`: source address and port only; the rest must match exactly. */
  readonly mask: Tuple;
  /** Seconds left. The kernel ignores it in a new expectation, and accepts it as a change of an existing one. */
  readonly timeout?: number;
  readonly id?: number;
  /** Name of the master's helper. */
  readonly helper?: string;
  /** Zone of the master, for looking it up; the kernel does not report it. */
  readonly zone?: number;
  /** NF_CT_EXPECT_*: EXPECT_FLAGS of lang/schema/constants.ts. */
  readonly flags?: number;
  /** Index into the policies of the helper. */
  readonly class?: number;
  readonly nat?: ExpectationNat;
  /** Name of the function that the kernel calls for the expected flow. */
  readonly fn?: string;
}

const nat: Codec<ExpectationNat> = {
  type: CTA_EXPECT.NAT,
  read(view) {
    const { natDirection: direction } = view;
    const translated = decodeTuple(view.natTuple, 'NAT');
    return direction < 0 || translated === undefined ? undefined : { direction, tuple: translated };
  },
  write(writer, value) {
    const nest = writer.open(CTA_EXPECT.NAT);
    writer.be32(CTA_EXPECT_NAT.DIR, value.direction);
    encodeTuple(writer, CTA_EXPECT_NAT.TUPLE, value.tuple);
    writer.close(nest);
  },
};

/** Every attribute of an expectation, in the order of the kernel's dumps. */
const ATTRIBUTES = {
  tuple: attribute(
    tuple(CTA_EXPECT.TUPLE, 'expected', view => view.tuple),
    ALWAYS,
  ),
  mask: attribute(
    tuple(CTA_EXPECT.MASK, 'mask', view => view.mask),
    ALWAYS,
  ),
  master: attribute(
    tuple(CTA_EXPECT.MASTER, 'master', view => view.master),
    ALWAYS,
  ),
  nat: attribute(nat, ON_CREATE),
  timeout: attribute(u32(CTA_EXPECT.TIMEOUT), ALWAYS),
  id: attribute(u32(CTA_EXPECT.ID)),
  flags: attribute(u32(CTA_EXPECT.FLAGS), ON_CREATE),
  class: attribute(u32(CTA_EXPECT.CLASS), ON_CREATE),
  // Linux 6.18 ignores it; kernels that check it require the name of a registered helper.
  helper: attribute(text(CTA_EXPECT.HELP_NAME), ON_CREATE),
  fn: attribute(text(CTA_EXPECT.FN), ON_CREATE),
  zone: attribute(u16(CTA_EXPECT.ZONE), ALWAYS),
} satisfies AttributeTable<Expectation, 'family'>;

/**
 * Decodes an expectation.
 * @throws WireError if its tuple or mask is missing or incomplete
 */
export function decodeExpectation(view: MessageView): Expectation {
  const attributes = decodeAttributes(ATTRIBUTES, view);
  for (const part of ['tuple', 'mask']) {
    if (attributes[part] === undefined) throw new WireError(`expectation without ${part}`, view.begin);
  }
  return { family: view.family, ...attributes } as unknown as Expectation;
}

/**
 * Writes the attributes of an expectation: all of them for `entry`, else those that the kernel accepts.
 * @throws EncodeError for values that cannot be encoded, and for a request without master
 */
export function encodeExpectation(expectation: Expectation, writer: Writer, purpose: Purpose = 'entry'): void {
  if (purpose !== 'entry' && expectation.master === undefined)
    throw new EncodeError('an expectation requires a master');
  encodeAttributes(ATTRIBUTES, expectation, writer, purpose);
}
