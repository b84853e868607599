import { ADDRESS, isIntegral, NETWORK } from '../../schema/type.js';
import { isNetwork, mask, networkOf, networkValue } from '../../values/address.js';
import type { Address, Integer } from '../../values/value.js';
import type { ScalarDefinition } from '../function.js';

const isPrefix = (bits: Integer): bits is number => typeof bits === 'number' && bits >= 0 && bits <= 128;

export const net: ScalarDefinition = {
  signature: 'net(address, bits [, bits6])',
  doc: 'the network with that prefix length that contains the address; the third argument is the length for IPv6 (default 64)',
  arity: [2, 3],
  example: 'select net(src, 24), count(*) from conntrack group by net(src, 24)',
  wordType: index => (index === 0 ? ADDRESS : undefined),
  type: args => {
    if (!args.expect(0, type => type.name === 'address', 'an address')) return undefined;
    for (const index of [1, 2]) {
      if (!args.expect(index, isIntegral, 'a prefix length')) return undefined;
      const bits = args.constant(index);
      if (bits === undefined || (Number(bits) >= 0 && Number(bits) <= 128)) continue;
      args.error(index, 'range', 'a prefix length is 0 to 32 for IPv4, 0 to 128 for IPv6');
      return undefined;
    }
    return NETWORK;
  },
  compile:
    ([first, second, third]) =>
    row => {
      const address = first(row) as Address | null;
      const bits = second(row) as Integer | null;
      if (address === null || bits === null) return null;
      const own = isNetwork(address) ? networkOf(address) : { address, prefix: 128 };
      const bits6 = third ? (third(row) as Integer | null) : bits > 32 ? bits : 64;
      const prefix = typeof own.address === 'number' ? Math.min(Number(bits), 32) : bits6;
      // No network with a longer prefix contains all of a network.
      if (prefix === null || !isPrefix(prefix) || prefix > own.prefix) return null;
      return networkValue({ address: mask(own.address, prefix), prefix });
    },
};
