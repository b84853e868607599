/**
 * The tour of a fleet, inside the namespaces that `demo.js` made: two gateways with traffic, a NATS server, an agent on each gateway. All
 * files are in /run, which is that of the namespaces and goes with them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '../lib/project.js';
import { build, start } from './network.js';
import { styled, title, wrapped } from './words.js';

const PROGRAM = join(root, 'dist/ctq.js');
const FOLDER = '/run/ctq-demo';
/** @param {string} name */
const file = name => join(FOLDER, name);
const env = { ...process.env, CTQ_FLEET_CONF: file('fleet.conf'), HOME: FOLDER };

/** @type {readonly (readonly [what: string, statement: string])[]} */
const STOPS = [
  ['The members, as /etc/ctq/fleet.conf would list them, and what their agents say.', 'show fleet'],
  ['One number from both tables.', 'count conntrack in fleet'],
  [
    'Each gateway by itself.',
    'select gateway, count(*) as flows, sum(bytes) as bytes from conntrack in fleet group by gateway order by flows desc output table, human',
  ],
  [
    'The top sources of all gateways: each sends its groups, and they are merged here.',
    'select src, count(*) as flows, count(distinct gateway) as gateways, sum(bytes) as bytes from conntrack in fleet group by src order by bytes desc limit 5 output table, human',
  ],
  [
    'What is sent, what the gateways do, and what is done here.',
    'explain select src, count(*) as flows from conntrack in fleet where dport = https group by src order by flows desc limit 5',
  ],
  [
    'How full are the tables?',
    "select gateway, name, value from sysctl in fleet where name in ('nf_conntrack_count', 'nf_conntrack_max') order by gateway, name",
  ],
  [
    'New connections of all gateways, as they begin.',
    'watch gateway, src, dst, dport from conntrack in fleet on new limit 8 for 10s',
  ],
];

/** @param {readonly string[]} args */
function ctq(args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8',
    env,
    ...options,
  });
  if (error || (status !== 0 && !('stdio' in options))) throw new Error(error?.message ?? `ctq ${args[0]}: ${stderr}`);
  return stdout;
}

/** Runs ctq with a statement on the terminal; its exit status is not looked at. @param {string} statement */
const show = statement => {
  console.log(`${styled('32', '$')} ${wrapped(`ctq "${statement}"`)}\n`);
  ctq([statement], { stdio: ['ignore', 'inherit', 'inherit'] });
};

/** @param {string} program @param {readonly string[]} args */
function must(program, args, input = '') {
  const { status, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8', timeout: 20_000 });
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')}: ${error?.message ?? stderr.trim()}`);
}

/** A gateway: a router with clients and a server, and a link for its agent. @param {string} name @param {number} number */
async function makeGateway(name, number) {
  must('ip', ['netns', 'add', name]);
  build(name);
  must('ip', ['link', 'add', `to-${name}`, 'type', 'veth', 'peer', 'name', 'mgmt', 'netns', name]);
  must('ip', ['addr', 'add', `10.255.${number}.1/30`, 'dev', `to-${name}`]);
  must('ip', ['link', 'set', `to-${name}`, 'up']);
  must('ip', ['-netns', name, 'addr', 'add', `10.255.${number}.2/30`, 'dev', 'mgmt']);
  must('ip', ['-netns', name, 'link', 'set', 'mgmt', 'up']);
  // The agent's own connection is not a part of the traffic.
  const untracked = `table inet agent {
    chain in { type filter hook prerouting priority -300; iifname mgmt notrack; }
    chain out { type filter hook output priority -300; oifname mgmt notrack; }
  }`;
  must('nsenter', [`--net=/run/netns/${name}`, 'nft', '-f', '-'], untracked);
  return [await start('server', { router: name }), await start('client', { router: name })];
}

const GATEWAYS = ['gw1', 'gw2'];

/** Keys, a certificate, and the files of server, agents and asker. They are those of examples/fleet/. */
function writeFiles() {
  mkdirSync(FOLDER, { recursive: true });
  const keys = Object.fromEntries(
    ['operator', ...GATEWAYS].map(name => [name, ctq(['nkey', file(`${name}.nk`)]).trim()]),
  );
  const addresses = ['127.0.0.1', ...GATEWAYS.map((_, i) => `10.255.${i + 1}.1`)].map(each => `IP:${each}`);
  const certificate = ['-keyout', file('server.key'), '-out', file('server.pem'), '-days', '1'];
  must('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=demo'],
    ...['-addext', `subjectAltName=${addresses.join(',')}`, ...certificate],
  ]);
  let conf = readFileSync(join(root, 'examples/fleet/nats-server.conf'), 'utf8');
  // The keys of the example, in the order of the file.
  const [operator, ...gateways] = new Set(conf.match(/\bU[A-Z2-7]{55}\b/g));
  conf = conf.replaceAll(operator ?? '', keys.operator);
  for (const [i, name] of GATEWAYS.entries()) conf = conf.replaceAll(gateways[i] ?? '', keys[name]);
  conf = conf.replaceAll('/etc/ctq/ca.pem', file('server.pem')).replaceAll('/etc/ctq/', `${FOLDER}/`);
  writeFileSync(file('nats-server.conf'), conf);
  writeFileSync(
    file('fleet.conf'),
    `server = tls://127.0.0.1:4222\nca = server.pem\nnkey = operator.nk\n${GATEWAYS.map(name => `${name} edge nats\n`).join('')}`,
  );
  for (const [i, name] of GATEWAYS.entries())
    writeFileSync(
      file(`${name}.ctq`),
      `set agent_name = '${name}';\nset agent_server = 'tls://10.255.${i + 1}.1:4222';\n` +
        `set agent_ca = '${file('server.pem')}';\nset agent_nkey = '${file(`${name}.nk`)}';\n`,
    );
}

/**
 * Starts a program that runs until it is ended, and waits until it is ready.
 * @param {readonly string[]} command @param {() => Promise<boolean> | boolean} isReady
 */
async function begin([program = '', ...args], isReady) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env, detached: true });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    complaint = (complaint + text).slice(-2000);
  });
  const began = performance.now();
  while (!(await isReady())) {
    if (child.exitCode !== null || performance.now() - began > 20_000)
      throw new Error(`${program} ${args.at(-1)} does not start: ${complaint.trim()}`);
    await pause(50);
  }
  return async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
  };
}

/** @returns {Promise<boolean>} whether something listens to the port of the server */
function isListening() {
  return new Promise(resolve => {
    const socket = connect(4222, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** @param {string} name whether the agent of a gateway answers */
const answers = name =>
  spawnSync(process.execPath, [PROGRAM, `count conntrack in fleet '${name}'`], { env }).status === 0;

async function main() {
  console.log(styled('2', 'building two gateways in network namespaces, each with clients and a server …'));
  const ends = [];
  for (const [i, name] of GATEWAYS.entries()) ends.push(...(await makeGateway(name, i + 1)));
  ends.push(await start('visitor', { router: 'gw2', interval: 300 }));
  console.log(styled('2', 'keys, a certificate, a NATS server, and an agent on each gateway …'));
  writeFiles();
  const programs = [await begin(['nats-server', '-c', file('nats-server.conf')], isListening)];
  for (const name of GATEWAYS)
    programs.push(
      await begin(
        ['nsenter', `--net=/run/netns/${name}`, process.execPath, PROGRAM, 'agent', file(`${name}.ctq`)],
        () => answers(name),
      ),
    );
  for (const [index, [what, statement]] of STOPS.entries()) {
    title(index + 1, what);
    show(statement);
  }
  title(STOPS.length + 1, 'The agent of gw2 is stopped: the answer says what is missing, and the exit status is 1.');
  await programs.pop()?.();
  show('select gateway, count(*) as flows from conntrack in fleet group by gateway');
  for (const end of programs.reverse()) await end();
  for (const end of ends) end();
  console.log(`\n${styled('1', 'That was a fleet.')} Nothing is left of it. Next: docs/fleet.md, ctq "help fleet"`);
}

try {
  await main();
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  // The namespaces end, and with them all that runs in them.
  process.exit(1);
}
