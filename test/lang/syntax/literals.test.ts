import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseExpression } from '../../../src/lang/syntax/parse.js';
import { formatAddress, formatNetwork } from '../../../src/lang/values/address.js';
import type { Value } from '../../../src/lang/values/value.js';
import { marked } from '../../kit/marked.js';

const test = suite('literals');

function literalOf(text: string): { type: string; value: Value; text: string } {
  const { value, diagnostics } = parseExpression(text);
  assert.equal(diagnostics, [], text);
  assert.is(value?.kind, 'literal', text);
  return value as { type: string; value: Value; text: string } & typeof value;
}

const VALUES: readonly (readonly [string, string, Value])[] = [
  ['42', 'integer', 42],
  ['007', 'integer', 7],
  ['0xff', 'integer', 255],
  ['0XFF00', 'integer', 0xff00],
  ['18446744073709551615', 'integer', 2n ** 64n - 1n],
  ['0xffffffffffffffff', 'integer', 2n ** 64n - 1n],
  ['9007199254740991', 'integer', 9007199254740991],
  ['9007199254740992', 'integer', 9007199254740992n],
  ['1.5', 'decimal', 1.5],
  ['1e3', 'integer', 1000],
  ['1.5E+19', 'integer', 15_000_000_000_000_000_000n],
  ['1e20', 'decimal', 1e20],
  ['0e999999999', 'decimal', 0],
  ['2.5e-3', 'decimal', 0.0025],
  ['10k', 'integer', 10_000],
  ['10K', 'integer', 10_000],
  ['3M', 'integer', 3_000_000],
  ['2G', 'integer', 2_000_000_000],
  ['1T', 'integer', 1e12],
  ['1Ki', 'integer', 1024],
  ['10MiB', 'integer', 10 * 2 ** 20],
  ['1GiB', 'integer', 2 ** 30],
  ['1Ti', 'integer', 2 ** 40],
  ['5kB', 'integer', 5000],
  ['1.5Ki', 'integer', 1536],
  ['1.3Ki', 'decimal', 1331.2],
  ['90s', 'duration', 90e9],
  ['5m', 'duration', 300e9],
  ['1h30m', 'duration', 5400e9],
  ['1.5h', 'duration', 5400e9],
  ['2d', 'duration', 172_800e9],
  ['250ms', 'duration', 250e6],
  ['1w', 'duration', 604_800e9],
  ['7us', 'duration', 7000],
  ['7µs', 'duration', 7000],
  ['9ns', 'duration', 9],
  ['1w2d3h4m5s6ms7us8ns', 'duration', 788_645_006_007_008],
  ['300w', 'duration', 181_440_000_000_000_000n],
  ["'it''s'", 'text', "it's"],
  ['"say ""so"""', 'text', 'say "so"'],
  ['"it\'s"', 'text', "it's"],
  ["'a\\n'", 'text', 'a\\n'],
  ["''", 'text', ''],
  ["'a\nb'", 'text', 'a\nb'],
  ['TRUE', 'boolean', true],
  ['false', 'boolean', false],
  ['Null', 'null', null],
  ['10.0.0.1', 'address', 0x0a000001],
  ['255.255.255.255', 'address', 0xffffffff],
  ['10.0.0.1:80', 'endpoint', '10.0.0.1:80'],
  ['[2001:DB8::1]:443', 'endpoint', '[2001:db8::1]:443'],
];

for (const [text, type, value] of VALUES) {
  test(text, () => {
    const literal = literalOf(text);
    assert.is(literal.type, type);
    assert.is(literal.value, value);
    assert.is(literal.text, type === 'boolean' || type === 'null' ? text.toLowerCase() : text);
  });
}

for (const text of ['::1', '::', 'dead:beef::1', '2001:db8::1', 'fe80::', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4']) {
  test(text, () => {
    const { type, value } = literalOf(text);
    assert.is(type, 'address');
    assert.is(formatAddress(value as string), text);
  });
}

for (const text of ['10.0.0.0/8', '0.0.0.0/0', '1.2.3.4/32', 'fe80::/10', '::/0', '::1/128', '2001:db8::/32']) {
  test(text, () => {
    const { type, value } = literalOf(text);
    assert.is(type, 'network');
    assert.is(formatNetwork(value as string), text);
  });
}

test('ranges end where two dots begin', () => {
  const ranges = '8000..8999, 10.0.0.1..10.0.0.9, ::1..::9, 1.5..2.5, ssh..https, $a..$b, 1h..2h, ::ffff:1.2.3.4..::5';
  const { value, diagnostics } = parseExpression(`x in (${ranges})`);
  assert.equal(diagnostics, []);
  const items = value?.kind === 'in' && value.list.kind === 'list' ? value.list.items : [];
  assert.is(items.length, 8);
  for (const item of items) assert.is(item.kind, 'range');
});

const WRONG: readonly (readonly [string, string, string, string?])[] = [
  ['10.0.0.«256»', 'literal.address', '10.0.0.256: 256 is not an octet', 'octets are 0 to 255'],
  ['«10.0.0»', 'literal.address', '10.0.0: expected four numbers, got 3'],
  ['«10.0.0.0.1»', 'literal.address', '10.0.0.0.1: expected four numbers, got 5'],
  ['10.0.0.«x»', 'literal.address', "10.0.0.x: 'x' is not a number"],
  ['10.0.0.«010»', 'literal.address', '10.0.0.010: 010 might be octal', 'write 10'],
  ['dead:«beeef»::1', 'literal.address', 'dead:beeef::1: beeef is more than 16 bits'],
  ['2001:db8::«1g»', 'literal.address', "2001:db8::1g: '1g' is not hexadecimal"],
  ['1::2«::»3', 'literal.address', "1::2::3: '::' may appear only once"],
  ['«1:2:3»', 'literal.address', '1:2:3: expected eight groups, got 3', "'::' stands for groups of zeros"],
  ['«1:2:3:4:5:6:7:8:9»', 'literal.address', '1:2:3:4:5:6:7:8:9: expected eight groups, got 9'],
  ['::ffff:1.2.3.«400»', 'literal.address', '::ffff:1.2.3.400: 400 is not an octet'],
  ['fe80::1«%eth0»', 'literal.address', 'fe80::1%eth0: scopes are not supported', 'write fe80::1'],
  ['10.0.0.1:«65536»', 'literal.address', "invalid port '65536'", 'ports are 0 to 65535'],
  ['10.0.0.1:«https»', 'literal.address', "invalid port 'https'", 'write the port number'],
  ['«[::1]»', 'literal.address', "expected ':port' after ']'", 'write ::1 for the address, [::1]:80 with a port'],
  ['«[10.0.0.1]:80»', 'literal.address', 'brackets are only for IPv6 addresses', 'write 10.0.0.1:80'],
  ['«10.1.2.3/8»', 'literal.network', '10.1.2.3/8 has host bits set', 'the network is 10.0.0.0/8'],
  ['«fe80::1/10»', 'literal.network', 'fe80::1/10 has host bits set', 'the network is fe80::/10'],
  ['10.0.0.0/«33»', 'literal.network', 'an IPv4 prefix has at most 32 bits'],
  ['fe80::/«129»', 'literal.network', 'an IPv6 prefix has at most 128 bits'],
  ['10.0.0.0/«255.0.0.0»', 'literal.network', "invalid prefix length '255.0.0.0'", 'write 10.0.0.0/8'],
  ['10.0.0.0/«x»', 'literal.network', "invalid prefix length 'x'", 'write a network as 10.0.0.0/8'],
  [
    '«18446744073709551616»',
    'literal.number',
    '18446744073709551616 is too large',
    'the largest number is 2^64-1, 18446744073709551615',
  ],
  ['«0x10000000000000000»', 'literal.number', '0x10000000000000000 is too large'],
  ['«20000000Ti»', 'literal.number', '20000000Ti is too large'],
  ['«0xfg»', 'literal.number', "invalid hexadecimal number '0xfg'"],
  ['«5m3»', 'literal.number', "invalid number '5m3'"],
  ['10«Q»', 'literal.number', "unknown unit 'Q'"],
  [
    '10«g»',
    'literal.number',
    "unknown unit 'g'",
    'did you mean 10G? units are k, M, G, T of 1000 and Ki, Mi, Gi, Ti of 1024, also with B: 5MB, 5MiB',
  ],
  [
    '10«mib»',
    'literal.number',
    "unknown unit 'mib'",
    'did you mean 10Mi? units are k, M, G, T of 1000 and Ki, Mi, Gi, Ti of 1024, also with B: 5MB, 5MiB',
  ],
  ['10«min»', 'literal.duration', "unknown unit 'min'", 'did you mean 10m?'],
  ['90«S»', 'literal.duration', "unknown unit 'S'", 'did you mean 90s?'],
  ['3«days»', 'literal.duration', "unknown unit 'days'", 'did you mean 3d?'],
  ['«30m1h»', 'literal.duration', "'30m1h': 1h must come before smaller units", 'the largest unit comes first: 1h30m'],
  ['«1s2s»', 'literal.duration', "'1s2s': 2s must come before smaller units"],
  ['«99999w»', 'literal.duration', '99999w is too long', 'the longest duration is 584 years'],
];

for (const [written, code, message, hint] of WRONG) {
  const { text, spans } = marked(written);
  test(`${text} is wrong`, () => {
    const { value, diagnostics } = parseExpression(text);
    assert.is(value, undefined);
    assert.equal(
      diagnostics.map(each => [each.code, each.message, each.span]),
      [[code, message, spans[0]]],
    );
    if (hint !== undefined) assert.is(diagnostics[0].hint, hint);
  });
}

test.run();
