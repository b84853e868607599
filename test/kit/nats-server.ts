/** A NATS server on loopback, for one test file. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nkeys } from '@nats-io/transport-node';

const PROGRAM = ['/usr/sbin/nats-server', '/usr/bin/nats-server', '/usr/local/bin/nats-server'].find(existsSync);

export const hasNatsServer = PROGRAM !== undefined;

export interface NatsServer {
  readonly port: number;
  /** For files of the test. */
  readonly folder: string;
  /** Ends the process; the port stays its own. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Sends a signal to the process, such as SIGSTOP. */
  signal(signal: NodeJS.Signals): void;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server. @param config its configuration besides the port; gets the folder for its files */
export async function startNats(config: (folder: string) => string = () => ''): Promise<NatsServer> {
  if (PROGRAM === undefined) throw new Error('nats-server is not installed: scripts/setup.sh');
  const program = PROGRAM;
  const folder = mkdtempSync(join(tmpdir(), 'ctq-nats-'));
  const port = await freePort();
  const path = join(folder, 'server.conf');
  writeFileSync(path, `listen: "127.0.0.1:${port}"\n${config(folder)}`);
  let child: ReturnType<typeof spawn> | undefined;
  const server: NatsServer = {
    port,
    folder,
    async start() {
      const started = spawn(program, ['-c', path], { stdio: 'ignore' });
      const end = (): void => void started.kill('SIGKILL');
      process.once('exit', end);
      started.once('exit', () => process.off('exit', end));
      child = started;
      for (let tries = 0; !(await accepts(port)); tries++) {
        if (tries > 200 || child.exitCode !== null) throw new Error(`nats-server does not start: ${path}`);
        await pause(25);
      }
    },
    signal: signal => void child?.kill(signal),
    async kill(signal = 'SIGKILL') {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
    async close() {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const SAMPLE = ['.', '../..']
  .map(up => join(import.meta.dirname, up, 'examples/fleet/nats-server.conf'))
  .concat('examples/fleet/nats-server.conf')
  .find(existsSync);

/**
 * examples/fleet/nats-server.conf with keys and certificates of its own, for `startNats`.
 * @param keys who takes the place of each of its users, in its order: the requester, and the agents of gw1 and gw2
 */
export function sampleConf(keys: readonly string[], files: { ca: string; cert: string; key: string }): string {
  const sample = readFileSync(SAMPLE ?? '', 'utf8');
  const known = [...new Set(sample.match(/\bU[A-Z2-7]{55}\b/g))];
  if (known.length !== keys.length) throw new Error(`${SAMPLE} has ${known.length} keys`);
  const paths = { '/etc/ctq/server.pem': files.cert, '/etc/ctq/server.key': files.key, '/etc/ctq/ca.pem': files.ca };
  let conf = sample.replace(/^listen:.*$/m, '');
  for (const [i, key] of known.entries()) conf = conf.replaceAll(key, keys[i]);
  for (const [path, own] of Object.entries(paths)) conf = conf.replaceAll(path, own);
  return conf;
}

/** A user of the server: its public key, and the file of its seed. */
export interface NatsUser {
  readonly key: string;
  readonly seed: string;
}

export function makeUser(folder: string, name: string): NatsUser {
  const pair = nkeys.createUser();
  const seed = join(folder, `${name}.nk`);
  writeFileSync(seed, `${Buffer.from(pair.getSeed()).toString('utf8')}\n`, { mode: 0o600 });
  return { key: pair.getPublicKey(), seed };
}

/** A certificate authority and a certificate for 127.0.0.1. @returns paths of the files */
export function makeCertificates(folder: string, name = 'server'): { ca: string; cert: string; key: string } {
  const at = (file: string): string => join(folder, `${name}-${file}`);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-days',
    '2',
    '-subj',
    `/CN=${name} CA`,
  );
  openssl('req', ...key, '-keyout', at('server.key'), '-out', at('server.csr'), '-subj', '/CN=127.0.0.1');
  writeFileSync(at('ext'), 'subjectAltName=IP:127.0.0.1\n');
  openssl(
    ...['x509', '-req', '-in', at('server.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'],
    ...['-out', at('server.pem'), '-days', '2', '-extfile', at('ext')],
  );
  return { ca: at('ca.pem'), cert: at('server.pem'), key: at('server.key') };
}
