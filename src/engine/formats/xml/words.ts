/** The elements and attributes of conntrack(8)'s XML, for reading and writing. */
import { EXPECT_FLAGS } from '../../../lang/schema/constants.js';

/** Elements of a flow with a value, or empty. */
export const LEAVES = [
  'src',
  'dst',
  'sport',
  'dport',
  'srckey',
  'dstkey',
  'packets',
  'bytes',
  'zone',
  'state',
  'timeout',
  'mark',
  'secmark',
  'secctx',
  'use',
  'id',
  'helper',
  'label',
  'assured',
  'unreplied',
  'start',
  'stop',
  'deltatime',
  'hour',
  'min',
  'sec',
  'wday',
  'day',
  'month',
  'year',
] as const;
export type Leaf = (typeof LEAVES)[number];

/** Elements of a flow with other elements inside. */
export const NESTS = ['flow', 'meta', 'layer3', 'layer4', 'counters', 'timestamp', 'labels', 'when'] as const;

/** Elements of an expectation. It is a `<flow>` too, with layers that hold all three tuples. */
export const TUPLES = ['expected', 'mask', 'master'] as const;
export const EXPECT_FLAG_ELEMENTS = {
  permanent: EXPECT_FLAGS.PERMANENT,
  inactive: EXPECT_FLAGS.INACTIVE,
  userspace: EXPECT_FLAGS.USERSPACE,
} as const;

export type ElementName =
  | Leaf
  | (typeof NESTS)[number]
  | (typeof TUPLES)[number]
  | keyof typeof EXPECT_FLAG_ELEMENTS
  | 'helper-name'
  | 'class';

export type Direction = 'original' | 'reply' | 'independent';
export type Attribute = 'type' | 'direction' | 'protonum' | 'protoname';

/** The element of all entries of a table. */
export const ROOTS = { conntrack: 'conntrack', expect: 'expect' } as const;

export const open = (name: ElementName): string => `<${name}>`;
export const close = (name: ElementName): string => `</${name}>`;
export const empty = (name: ElementName): string => `<${name}/>`;
export const openWith = (name: ElementName, attributes: Partial<Record<Attribute, string | number>>): string =>
  `<${name}${Object.entries(attributes)
    .map(([attribute, value]) => ` ${attribute}="${value}"`)
    .join('')}>`;
