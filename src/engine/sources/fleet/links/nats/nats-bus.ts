import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { ConnectionOptions, Msg, NatsConnection } from '@nats-io/transport-node';
import { CtqError } from '../../../../errors.js';
import { loadOptional } from '../../../optional-package.js';
import type { ServerSettings } from '../../members.js';
import { memberError, noAnswer } from '../link.js';
import type { Answerer, Bus } from './bus.js';

type Nats = typeof import('@nats-io/transport-node');

/** How long (ms) the server may take to accept the connection. */
const CONNECTING = 5000;

/** A pause (ms) before a subject that the server refuses is tried again: its file may have been corrected. */
export const SUBSCRIBE_AGAIN = 30_000;

export interface BusOptions {
  /** The name of this client, which the server shows. */
  readonly name: string;
  /** Connects again for ever; else a connection that cannot be made is an error. */
  readonly isLasting: boolean;
  /** Where its settings are written, for errors. */
  readonly hint?: string;
  /** Called when the connection is lost, and when it is restored. */
  changed?(isConnected: boolean, server: string): void;
}

/** Connects to the NATS server of a fleet. @throws CtqError */
export async function connectBus(settings: ServerSettings, options: BusOptions): Promise<Bus> {
  const nats = await loadNats();
  const { servers } = settings;
  if (servers.length === 0)
    throw new CtqError({
      code: 'fleet-server',
      kind: 'system',
      message: 'no NATS server is named',
      hint: options.hint,
    });
  try {
    return new NatsBus(nats, await nats.connect(optionsOf(nats, settings, options)), options);
  } catch (error) {
    if (error instanceof CtqError) throw error;
    throw new CtqError({
      code: 'fleet-server',
      kind: /authori[sz]ation|permissions/i.test(textOf(error)) ? 'permission' : 'system',
      message: `cannot connect to ${servers.join(', ')}: ${reasonOf(error)}`,
      hint: options.hint,
      cause: error,
    });
  }
}

/** Loaded with the first statement that needs it. */
export const loadNats = (): Promise<Nats> => loadOptional(PACKAGE, () => import('@nats-io/transport-node'));

const PACKAGE = {
  name: '@nats-io/transport-node',
  code: 'fleet-nats',
  what: 'a fleet on NATS',
  instead: 'ssh requires no package',
};

function optionsOf(
  nats: Nats,
  { servers, ca, nkey, cert, key }: ServerSettings,
  { name, isLasting }: BusOptions,
): ConnectionOptions {
  const isTls = servers.some(server => server.startsWith('tls:')) || ca !== undefined || cert !== undefined;
  const files = {
    ...(ca === undefined ? {} : { ca: contentOf(ca, 'the certificate of the server').toString('utf8') }),
    ...(cert === undefined ? {} : { cert: contentOf(cert, 'the certificate').toString('utf8') }),
    ...(key === undefined ? {} : { key: contentOf(key, 'the private key').toString('utf8') }),
  };
  const seed = nkey === undefined ? undefined : seedOf(contentOf(nkey, 'the nkey').toString('utf8'), nkey);
  return {
    servers: [...servers],
    name,
    timeout: CONNECTING,
    // The server lets each user read only answers of its own.
    ...(seed === undefined ? {} : { authenticator: nats.nkeyAuthenticator(seed), inboxPrefix: inboxOf(nats, seed) }),
    ...(isTls ? { tls: { ...files, ...identityOf(servers) } } : {}),
    maxReconnectAttempts: isLasting ? -1 : 20,
    reconnectTimeWait: isLasting ? 2000 : 250,
    pingInterval: 20_000,
    maxPingOut: 2,
    ignoreAuthErrorAbort: isLasting,
    // A trace for each request takes longer than the request.
    noAsyncTraces: true,
  };
}

/**
 * The library names no server that is given by its address, and node then takes it for localhost: its certificate must have one of the
 * addresses.
 */
function identityOf(servers: readonly string[]): object {
  const addresses = servers.map(hostOf).filter(host => isIP(host) !== 0);
  if (addresses.length === 0) return {};
  return {
    checkServerIdentity: (host: string, certificate: PeerCertificate): Error | undefined => {
      const hosts = host === 'localhost' ? addresses : [host];
      const errors = hosts.map(each => checkServerIdentity(each, certificate));
      return errors.includes(undefined) ? undefined : errors[0];
    },
  };
}

const hostOf = (server: string): string => new URL(server).hostname.replace(/^\[|\]$/g, '');

/** `_INBOX_` and the public key: who asks, as far as the server holds users to it. */
const inboxOf = (nats: Nats, seed: Uint8Array): string => `_INBOX_${nats.nkeys.fromSeed(seed).getPublicKey()}`;

function contentOf(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new CtqError({
      code: 'fleet-file',
      kind: code === 'EACCES' ? 'permission' : 'input',
      message: `cannot read ${what}, ${path} (${code})`,
      cause,
    });
  }
}

/** The seed in a file, which may have other lines. @throws CtqError if there is none */
function seedOf(text: string, path: string): Uint8Array {
  const seed = /^SU[A-Z2-7]{56}$/m.exec(text)?.[0];
  if (seed !== undefined) return Buffer.from(seed, 'utf8');
  throw new CtqError({
    code: 'fleet-file',
    kind: 'input',
    message: `${path} has no seed of an nkey`,
    hint: 'a line that begins with SU, as ctq nkey writes it',
  });
}

/** The public key of the seed in a file. @throws CtqError if it cannot be read, or has none */
export async function publicKeyIn(path: string): Promise<string> {
  const { nkeys } = await loadNats();
  const seed = seedOf(contentOf(path, 'the nkey').toString('utf8'), path);
  try {
    return nkeys.fromSeed(seed).getPublicKey();
  } catch (cause) {
    throw new CtqError({ code: 'fleet-file', kind: 'input', message: `the seed in ${path} is damaged`, cause });
  }
}

class NatsBus implements Bus {
  readonly #nats: Nats;
  readonly #connection: NatsConnection;

  constructor(nats: Nats, connection: NatsConnection, { changed }: BusOptions) {
    this.#nats = nats;
    this.#connection = connection;
    void this.#follow(changed);
  }

  async #follow(changed: BusOptions['changed']): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === 'disconnect' || type === 'reconnect') changed?.(type === 'reconnect', this.#connection.getServer());
    }
  }

  async request(subject: string, bytes: Uint8Array, ms: number): Promise<Uint8Array> {
    try {
      return (await this.#connection.request(subject, bytes, { timeout: ms })).data;
    } catch (error) {
      throw this.#requestError(error);
    }
  }

  #requestError(error: unknown): CtqError {
    const { errors } = this.#nats;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (cause instanceof errors.NoRespondersError) return memberError('fleet-not-connected', 'not connected');
    if (cause instanceof errors.TimeoutError) return noAnswer();
    if (cause instanceof errors.PermissionViolationError)
      return memberError('fleet-permission', 'permission denied', 'the NATS server must let this user ask it');
    return memberError('fleet-server', `the NATS server: ${reasonOf(error)}`);
  }

  serve(subject: string, answer: Answerer, heard: (isAllowed: boolean) => void = () => {}): void {
    const respond = async (message: Msg): Promise<void> => {
      const bytes = await answer(message.data, message.subject, requesterOf(message.reply));
      if (bytes !== undefined) message.respond(bytes);
    };
    const subscribe = (): void => {
      if (this.#connection.isClosed()) return;
      let isRefused = false;
      this.#connection.subscribe(subject, {
        callback: (error, message) => {
          // The connection may have been lost meanwhile: who asks, asks again.
          if (error === null) respond(message).catch(() => {});
          else if (error instanceof this.#nats.errors.PermissionViolationError) {
            // The library has ended the subscription.
            isRefused = true;
            heard(false);
            setTimeout(subscribe, SUBSCRIBE_AGAIN).unref();
          }
        },
      });
      // The server refuses before it answers what was sent later.
      this.roundTrip()
        .catch(() => {})
        .then(() => {
          if (!isRefused) heard(true);
        });
    };
    subscribe();
  }

  publish(subject: string, bytes: Uint8Array): void {
    if (!this.#connection.isClosed()) this.#connection.publish(subject, bytes);
  }

  async roundTrip(): Promise<number> {
    return this.#connection.rtt();
  }

  get isClosed(): boolean {
    return this.#connection.isClosed();
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

/** The public key in the subject of a reply, if it has one. */
const requesterOf = (reply: string | undefined): string =>
  /^_INBOX_(U[A-Z2-7]{55})\./.exec(reply ?? '')?.[1] ?? 'unknown';

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The library's reason as text, without the names of its classes. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = textOf(cause).trim() || textOf(error).trim();
  return text === '' ? 'no reason given' : text.slice(0, 200);
}
