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
import { CTA_EXPECT, CTA_EXPECT_NAT } from './constants.js';
import { EncodeError } from './encode-error.js';
import { decodeTuple, encodeTuple, type Tuple } from './tuple.js';
import type { MessageView } from './view/view.js';
import { WireError } from './wire-error.js';
import type { Writer } from './writer.js';

/** How the source of an expected flow is translated. */
export interface ExpectationNat {
  /** Direction of the master in which it is: 0 original, 1 reply. */
  readonly direction: number;
  /** Only its source address and port count. */
  readonly tuple: Tuple;
}

/** An entry of the expectation table as plain data. */
export interface Expectation {
  /** AF_INET or AF_INET6. */
  readonly family: number;
  /** The tuple of the flow whose helper expects another; either direction. */
  readonly master?: Tuple;
  /** The original tuple of the flow that is expected. */
  readonly tuple: Tuple;
  /** Which bits of it count: source address and port only; the rest is always exact. */
  readonly mask: Tuple;
  /** Seconds left. The kernel takes none for a new expectation, only as a change of one that is there. */
  readonly timeout?: number;
  readonly id?: number;
  /** Name of the master's helper. */
  readonly helper?: string;
  /** Zone of the master, to find it by; the kernel never says it. */
  readonly zone?: number;
  /** NF_CT_EXPECT_*: EXPECT_FLAGS of lang/names.ts. */
  readonly flags?: number;
  /** Index into the policies of the helper. */
  readonly class?: number;
  readonly nat?: ExpectationNat;
  /** Name of the function that is called when the flow comes. */
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
  // Linux 6.18 does not look at it; kernels that do want the name of a helper that is there.
  helper: attribute(text(CTA_EXPECT.HELP_NAME), ON_CREATE),
  fn: attribute(text(CTA_EXPECT.FN), ON_CREATE),
  zone: attribute(u16(CTA_EXPECT.ZONE), ALWAYS),
} satisfies AttributeTable<Expectation, 'family'>;

/**
 * The expectation that a message tells of.
 * @throws WireError where it lacks tuple or mask, or part of one
 */
export function decodeExpectation(view: MessageView): Expectation {
  const attributes = decodeAttributes(ATTRIBUTES, view);
  for (const part of ['tuple', 'mask']) {
    if (attributes[part] === undefined) throw new WireError(`an expectation without its ${part}`, view.begin);
  }
  return { family: view.family, ...attributes } as unknown as Expectation;
}

/** Writes an expectation's attributes: all for `entry`, else those that the kernel takes. */
export function encodeExpectation(expectation: Expectation, writer: Writer, purpose: Purpose = 'entry'): void {
  if (purpose !== 'entry' && expectation.master === undefined) throw new EncodeError('an expectation needs its master');
  encodeAttributes(ATTRIBUTES, expectation, writer, purpose);
}
