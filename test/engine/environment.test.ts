import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { machineEnvironment, parseLabels, parseServices } from '../../src/engine/environment.js';

const TCP = 6;
const UDP = 17;
const test = suite('names of this machine');

test('services: names, aliases, protocols', () => {
  const { ports, names } = parseServices(`
# comment 1/tcp
ftp             21/tcp          # trailing
http            80/tcp   www www-http  # WorldWideWeb
  domain\t53/tcp
domain          53/udp
odd             53/udp
syslog          514/udp
SHELL           514/tcp  cmd
`);
  assert.is(ports.get('http'), 80);
  assert.is(ports.get('www-http'), 80);
  assert.is(ports.get(`www/${TCP}`), 80);
  assert.is(ports.get(`www/${UDP}`), undefined);
  assert.is(ports.get('shell'), 514);
  assert.is(ports.get('worldwideweb'), undefined);
  assert.is(ports.get('trailing'), undefined);
  assert.is(names.get('53'), 'domain');
  assert.is(names.get(`53/${UDP}`), 'domain', 'the first line counts');
  assert.is(names.get(`514/${TCP}`), 'SHELL');
  assert.is(names.get('53'), 'domain');
  assert.is(names.get('514'), 'syslog/SHELL', 'all names of protocols');
});

test('services: what is none', () => {
  const { ports, names } = parseServices('a 65536/tcp\nb 1\nc x/tcp\n12/tcp\n\u0000\nlast 65535/tcp');
  assert.equal([...ports.keys()], [`last/${TCP}`, 'last']);
  assert.equal([...names.keys()], [`65535/${TCP}`, '65535']);
});

test('labels: bits 0 to 127, the first line of a name counts', () => {
  const labels = parseLabels('# conf\n0 zero\n 5\tfive # why\n127 last\n128 none\n6 five\n-1 less\n7\n8 #x\n');
  assert.equal(
    [...labels],
    [
      ['zero', 0],
      ['five', 5],
      ['last', 127],
    ],
  );
});

test('the usual services are known everywhere', () => {
  const environment = machineEnvironment();
  assert.is(environment.servicePort('HTTPS', TCP), 443);
  assert.is(environment.servicePort('https'), 443);
  assert.is(environment.servicePort('no such service'), undefined);
  assert.is(environment.serviceName(53, UDP), 'domain');
  assert.is(environment.serviceName(53), 'domain');
  assert.ok(environment.serviceNames().includes('ssh'));
  assert.ok(environment.serviceNames().every(name => !name.includes('/')));
  assert.is(
    environment.labelName(127),
    environment.labelNames().find(name => environment.labelBit(name) === 127),
  );
});

test('now is in nanoseconds since 1970', () => {
  const before = BigInt(Date.now()) * 1_000_000n;
  const now = machineEnvironment().now();
  assert.ok(now >= before && now <= before + 10_000_000_000n);
});

test.run();
