/** The address of a history in ClickHouse: `clickhouse://USER@HOST:PORT/DATABASE?tls=off`. */
import type { Refusal } from './places.js';

export interface HistoryServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly tls: boolean;
  /** The file of a certificate authority that is trusted besides those of the system. */
  readonly ca?: string;
  /** The cluster that `prepare history` writes its tables for. */
  readonly cluster?: string;
}

const EXAMPLE = 'clickhouse://ctq@db.example.net/flows';
/** Of ClickHouse's HTTP interface. */
const PORTS = { tls: 8443, plain: 8123 } as const;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether the store of a history is the address of a server; if not, it is a folder. */
export const isServer = (store: string): boolean => store.startsWith('clickhouse://');

/** Reads an address, or says why it is none. */
export function parseServer(text: string): HistoryServer | Refusal {
  const refuse = (message: string, hint: string = `write: '${EXAMPLE}'`): Refusal => ({ message, hint });
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return refuse('invalid address of a server');
  }
  if (url.protocol !== 'clickhouse:')
    return refuse(`a history at ${url.protocol}// is not supported`, `expected 'history', a folder, or '${EXAMPLE}'`);
  if (url.password !== '')
    return refuse(
      'an address with a password would be kept in the history of the shell, and in logs',
      'put the password into CTQ_CLICKHOUSE_PASSWORD, or into the file that CTQ_CLICKHOUSE_PASSWORD_FILE names',
    );
  const database = decoded(url.pathname.slice(1)) || 'default';
  const user = decoded(url.username) || 'default';
  if (url.hostname === '') return refuse('the address has no host');
  if (!IDENTIFIER.test(database)) return refuse(`invalid name of a database '${database}'`);
  const { tls = 'on', ca, cluster, ...others } = Object.fromEntries(url.searchParams);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    return refuse(`unknown parameter '${unknown}' in the address`, 'there are tls=off, ca=FILE and cluster=NAME');
  if (tls !== 'on' && tls !== 'off') return refuse(`invalid value '${tls}' of tls`, 'write: tls=off, or leave it out');
  if (tls === 'off' && ca !== undefined)
    return refuse('ca requires TLS', 'leave out tls=off: a connection with TLS is the default');
  if (cluster !== undefined && !/^[\w-]+$/.test(cluster)) return refuse(`invalid name of a cluster '${cluster}'`);
  return {
    host: url.hostname,
    port: url.port === '' ? PORTS[tls === 'off' ? 'plain' : 'tls'] : Number(url.port),
    user,
    database,
    tls: tls !== 'off',
    ...(ca === undefined ? {} : { ca }),
    ...(cluster === undefined ? {} : { cluster }),
  };
}

/** An address that was checked. */
export function serverOf(store: string): HistoryServer {
  const server = parseServer(store);
  if ('message' in server) throw new Error(server.message);
  return server;
}

/** How a server is named in messages. */
export const serverText = ({ host, port, database }: HistoryServer): string => `${host}:${port}/${database}`;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
