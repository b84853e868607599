import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as addresses from '../../../src/lang/values/address.js';

const test = suite('addresses');

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  fc.array(fc.constantFrom(0, 0, 0, 255, 1), { minLength: 16, maxLength: 16 }).map(list => Uint8Array.from(list)),
);

test('text, bytes and values are the same address', () => {
  fc.assert(
    fc.property(bytes, wanted => {
      const address = addresses.fromBytes(wanted);
      assert.is(addresses.parseAddress(addresses.formatAddress(address)), address);
      // ipaddr.js takes ::1.2.3.4 for ::ffff:1.2.3.4.
      if (wanted.slice(0, 12).some(byte => byte !== 0)) {
        assert.equal(ipaddr.parse(addresses.formatAddress(address)).toByteArray(), [...wanted]);
      }
    }),
    { numRuns: 2000 },
  );
});

test('IPv6 is written as inet_ntop writes it', () => {
  const texts = [
    '::',
    '::1',
    '2001:db8::1',
    'fe80::',
    '1:0:0:2::',
    '1::2:0:0:3',
    '::ffff:1.2.3.4',
    '1:2:3:4:5:6:7:8',
    '0:1::',
  ];
  for (const text of texts) {
    const address = addresses.parseAddress(text);
    assert.is.not(address, undefined, text);
    const written = addresses.formatAddress(address!);
    assert.is(addresses.parseAddress(written), address, `${text} → ${written}`);
  }
  assert.is(addresses.formatAddress(addresses.parseAddress('1:0:0:2:0:0:0:3')!), '1:0:0:2::3');
  assert.is(addresses.formatAddress(addresses.parseAddress('1:0:2:3:4:5:6:7')!), '1:0:2:3:4:5:6:7');
  assert.is(addresses.formatAddress(addresses.parseAddress('::1.2.3.4')!), '::1.2.3.4');
});

test('what is not an address', () => {
  for (const text of [
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '::1::',
    'fe80::1%eth0',
    '1.2.3.4/8',
    'g::1',
    '0x7f.0.0.1',
  ]) {
    assert.is(addresses.parseAddress(text), undefined, text);
  }
});

test('masks and containment agree with ipaddr.js', () => {
  fc.assert(
    fc.property(bytes, bytes, fc.integer({ min: 0, max: 128 }), (a, b, length) => {
      const network = addresses.fromBytes(a);
      const prefix = Math.min(length, addresses.width(network));
      const base = addresses.mask(network, prefix);
      const inside = addresses.contains({ address: base, prefix }, addresses.fromBytes(b));
      const expected =
        a.length === b.length &&
        (ipaddr.fromByteArray([...b]) as ipaddr.IPv4).match([ipaddr.fromByteArray([...a]) as ipaddr.IPv4, prefix]);
      assert.is(inside, expected);
      const value = addresses.networkValue({ address: base, prefix });
      assert.equal(addresses.networkOf(value), { address: base, prefix });
    }),
    { numRuns: 2000 },
  );
});

test('every address is of one class at most, and public is the rest', () => {
  const cases: Readonly<Record<string, addresses.AddressClass | undefined>> = {
    '10.1.2.3': 'private',
    '172.31.0.1': 'private',
    '172.32.0.1': 'public',
    '192.168.1.1': 'private',
    'fd00::1': 'private',
    '127.0.0.53': 'loopback',
    '::1': 'loopback',
    '224.0.0.251': 'multicast',
    'ff02::1': 'multicast',
    '169.254.9.9': 'link_local',
    'fe80::1': 'link_local',
    '8.8.8.8': 'public',
    '2606:4700::1': 'public',
    '100.64.0.1': undefined,
    '0.0.0.0': undefined,
    '2001:db8::1': undefined,
  };
  for (const [text, wanted] of Object.entries(cases)) {
    const address = addresses.parseAddress(text)!;
    const classes = addresses.ADDRESS_CLASSES.filter(name => addresses.isOfClass(address, name));
    assert.equal(classes, wanted === undefined ? [] : [wanted], text);
  }
});

test.run();
