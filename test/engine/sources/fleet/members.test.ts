import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError } from '../../../../src/engine/errors.js';
import {
  fleetFiles,
  groupsOf,
  type Member,
  membersOf,
  parseFleet,
  readFleet,
} from '../../../../src/engine/sources/fleet/members.js';

const test = suite('members of a fleet');

const folder = mkdtempSync(join(tmpdir(), 'ctq-fleet-'));
test.after(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    assert.instance(error, CtqError);
    const { message, hint } = error as CtqError;
    return hint === undefined ? message : `${message} | ${hint}`;
  }
  return 'no error';
};

const EXAMPLE = `# the edge
server = tls://nats1.example.net:4222
server = tls://nats2.example.net:4222   # of the same cluster
ca     = ca.pem
nkey=/etc/ctq/operator.nk

gw1  edge paris  nats
gw2\tedge        nats  gw2-agent
gw3.lab  lab     ssh   root@gw3.lab.example.net
lone             ssh   lone
`;

test('lines are members and settings', () => {
  const { members, settings } = parseFleet(EXAMPLE, '/etc/ctq/fleet.conf');
  assert.equal(members, [
    { name: 'gw1', groups: ['edge', 'paris'], transport: 'nats', target: 'gw1' },
    { name: 'gw2', groups: ['edge'], transport: 'nats', target: 'gw2-agent' },
    { name: 'gw3.lab', groups: ['lab'], transport: 'ssh', target: 'root@gw3.lab.example.net' },
    { name: 'lone', groups: [], transport: 'ssh', target: 'lone' },
  ] satisfies Member[]);
  assert.equal(settings, {
    servers: ['tls://nats1.example.net:4222', 'tls://nats2.example.net:4222'],
    ca: '/etc/ctq/ca.pem',
    nkey: '/etc/ctq/operator.nk',
  });
});

const MISTAKES: readonly (readonly [line: string, message: string])[] = [
  ['gw1 edge', "expected 'nats' or 'ssh' after 'gw1' | write: NAME [GROUP …] nats, or NAME [GROUP …] ssh root@HOST"],
  ['gw1 edge ssh', "expected a destination after 'ssh'"],
  ['gw1 edge ssh -oProxyCommand=x', "invalid destination '-oProxyCommand=x'"],
  ['gw1 edge ssh -oProxyCommand', "invalid destination '-oProxyCommand'"],
  ['gw1 edge nats gw1 extra', "unexpected 'extra'"],
  ['gw1 edge edge nats', "duplicate group 'edge'"],
  ['gw1.example.net nats', "'gw1.example.net' cannot be the name of an agent"],
  ['gw1 nats a.>', "'a.>' cannot be the name of an agent"],
  ['-x nats', "invalid name '-x'"],
  ['gw1 nats\ngw1 ssh a', "duplicate member 'gw1'"],
  ['serve = tls://x', "unknown setting 'serve' | did you mean server?"],
  ['server = http://x', "invalid server 'http://x'"],
  ['server = tls://user:secret@x', 'write: server = tls://HOST:4222; a password or key has no place in it'],
  ['server =', "expected one value after 'server ='"],
  ['ca = a\nca = b', "duplicate setting 'ca'"],
];
for (const [lines, message] of MISTAKES) {
  test(lines, () => {
    const found = messageOf(() => parseFleet(`\n${lines}\n`, 'fleet.conf'));
    assert.ok(found.startsWith(`fleet.conf:${lines.includes('\n') ? 3 : 2}: `), found);
    assert.ok(found.includes(message), found);
  });
}

test("the user's file adds to that of all users, and replaces members of the same name", () => {
  const all = file('all.conf', 'server = tls://a\nca = a.pem\ngw1 edge nats\ngw2 edge nats\n');
  const own = file('own.conf', 'server = tls://b\ngw2 lab ssh root@gw2\ngw4 lab ssh gw4\n');
  const fleet = readFleet([all, join(folder, 'missing.conf'), own]);
  assert.equal(fleet.servers, ['tls://b']);
  assert.is(fleet.ca, join(folder, 'a.pem'));
  assert.equal(fleet.files, [all, own]);
  assert.equal(groupsOf(fleet), ['edge', 'lab']);
  const names = (...of: string[]): string[] => membersOf(fleet, of).map(({ name }) => name);
  assert.equal(names(), ['gw1', 'gw2', 'gw4']);
  assert.equal(names('lab'), ['gw2', 'gw4']);
  assert.equal(names('gw4', 'edge', 'gw1'), ['gw1', 'gw4']);
  assert.is(
    messageOf(() => membersOf(fleet, ['edg'])),
    "the fleet has no group or member 'edg' | did you mean edge?",
  );
});

test('a name is that of a member or of a group', () => {
  const path = file('both.conf', 'edge nats\ngw1 edge nats\n');
  assert.match(
    messageOf(() => readFleet([path])),
    "'edge' is the name of a member and of a group",
  );
});

test('files that cannot be read, and none', () => {
  assert.match(
    messageOf(() => readFleet([folder])),
    /cannot read .*EISDIR/,
  );
  assert.match(
    messageOf(() => membersOf(readFleet([]), [])),
    /the fleet has no members \| write/,
  );
});

test('which files are read', () => {
  assert.equal(fleetFiles({ HOME: '/root' }), ['/etc/ctq/fleet.conf', '/root/.config/ctq/fleet.conf']);
  assert.equal(fleetFiles({ HOME: '/root', XDG_CONFIG_HOME: '/x' }), ['/etc/ctq/fleet.conf', '/x/ctq/fleet.conf']);
  assert.equal(fleetFiles({ CTQ_FLEET_CONF: '/tmp/f', HOME: '/root' }), ['/tmp/f']);
});

test.run();
