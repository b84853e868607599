/** The sample files of a fleet: the server's, the agent's, the requester's, and the service. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseFleet } from '../../src/engine/sources/fleet/members.js';
import { check } from '../../src/lang/check/check.js';
import { parse } from '../../src/lang/syntax/parse.js';
import { must } from '../kit/command.js';
import { ENVIRONMENT } from '../kit/environment.js';

const test = suite('sample files of a fleet');

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const sample = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const isInstalled = (program: string): boolean => spawnSync('which', [program]).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'ctq-fleet-files-'));
test.after(() => rmSync(folder, { recursive: true }));

const server = sample('examples/fleet/nats-server.conf');
const fleet = parseFleet(sample('examples/fleet/fleet.conf'), '/etc/ctq/fleet.conf');

test('fleet.conf', () => {
  assert.equal(
    fleet.members.map(({ name, transport }) => `${name} ${transport}`),
    ['gw1 nats', 'gw2 nats', 'gw3 ssh'],
  );
  assert.equal(fleet.settings.servers, ['tls://nats.example.net:4222']);
});

test('agent.ctq', () => {
  const { statements, diagnostics } = parse(sample('examples/fleet/agent.ctq'));
  assert.equal(diagnostics, []);
  for (const statement of statements) assert.equal(check(statement, ENVIRONMENT).diagnostics, []);
  assert.match(sample('examples/fleet/agent.ctq'), fleet.settings.servers?.[0] ?? 'no server');
});

(isInstalled('nats-server') ? test : test.skip)(
  'nats-server.conf is what the server reads, and fits the others',
  () => {
    const at = (name: string): string => join(folder, name);
    const made = ['-subj', '/CN=localhost', '-keyout', at('server.key'), '-out', at('server.pem')];
    must(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', ...made]);
    const conf = server.replaceAll('/etc/ctq/ca.pem', at('server.pem')).replaceAll('/etc/ctq/', `${folder}/`);
    writeFileSync(at('nats.conf'), conf);
    const { status, stderr, stdout } = spawnSync('nats-server', ['-t', '-c', at('nats.conf')], { encoding: 'utf8' });
    assert.is(status, 0, stderr + stdout);
    for (const { target, transport } of fleet.members)
      if (transport === 'nats') assert.match(server, `query.${target}"`);
  },
);

(isInstalled('systemd-analyze') ? test : test.skip)('the service has one capability, and is confined', () => {
  const unit = sample('scripts/debian/ctq-agent.service');
  assert.match(unit, 'LoadCredential=agent.nk:');
  assert.match(sample('examples/fleet/agent.ctq'), '/run/credentials/ctq-agent.service/agent.nk');
  const path = join(folder, 'ctq-agent.service');
  writeFileSync(path, unit.replace('/usr/bin/ctq', '/bin/true').replace(/^Documentation=.*\n/m, ''));
  const verified = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
  assert.is(verified.stderr + verified.stdout, '');
  // Worse than 2.0 fails.
  const judged = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', path], {
    encoding: 'utf8',
  });
  assert.is(judged.status, 0, judged.stdout.slice(-200));
});

test.run();
