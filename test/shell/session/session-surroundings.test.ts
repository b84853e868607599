/** What a session knows of the machine's surroundings: nothing is loaded before a check asks, and what is loaded is then known. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { machineEnvironment } from '../../../src/engine/environment.js';
import type { Environment } from '../../../src/lang/schema/environment.js';
import { SessionSurroundings } from '../../../src/shell/session/checking/session-surroundings.js';

const test = suite('surroundings of a session');
const folder = mkdtempSync(join(tmpdir(), 'ctq-surroundings-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const hosts = join(folder, 'hosts.csv');
writeFileSync(hosts, 'ip,name\n10.0.0.1,ann\n');

const noInput = (): Readable => assert.unreachable('standard input is not read') as never;

test('what was not asked for is not loaded', async () => {
  const surroundings = new SessionSurroundings(noInput);
  const environment = surroundings.in(machineEnvironment());
  assert.is(environment.servicePort('https'), 443);
  assert.not(await surroundings.loadIfAsked());
  assert.not(await surroundings.look(undefined, true));
});

test('a check that asks is repeated once, and knows then', async () => {
  for (const ask of [
    (environment: Environment) => environment.fileShape?.(hosts),
    (environment: Environment) => environment.firstCells?.(hosts, 'name'),
    (environment: Environment) => environment.ownConnections?.(),
    (environment: Environment) => environment.fleet?.(),
  ]) {
    const surroundings = new SessionSurroundings(noInput);
    const environment = surroundings.in(machineEnvironment());
    ask(environment);
    assert.ok(await surroundings.look(undefined, false));
    assert.not(await surroundings.look(undefined, false));
    const shape = environment.fileShape?.(hosts);
    assert.equal(shape?.kind === 'columns' && shape.columns, ['ip', 'name']);
    assert.is(environment.firstCells?.(hosts, 'name')?.[0], 'ann');
  }
});

test('the shape of a file can be found out at once, also that of standard input', async () => {
  const surroundings = new SessionSurroundings(() => Readable.from([Buffer.from('a,b\n1,2\n')]));
  surroundings.in(machineEnvironment());
  assert.is((await surroundings.shapeOf(hosts, undefined)).kind, 'columns');
  assert.is((await surroundings.shapeOf('-', undefined)).kind, 'columns');
  assert.is((await surroundings.shapeOf(join(folder, 'none.csv'), undefined)).kind, 'missing');
});

test('surroundings that an environment has are used as they are', async () => {
  const surroundings = new SessionSurroundings(noInput);
  const environment = surroundings.in({ ...machineEnvironment(), fileShape: () => ({ kind: 'list' }) });
  assert.equal(environment.fileShape?.(hosts), { kind: 'list' });
  assert.not(await surroundings.loadIfAsked());
});

test.run();
