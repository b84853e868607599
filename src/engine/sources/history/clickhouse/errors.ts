/** Errors of a ClickHouse server and of the connection to it, in the words of ctq. */
import { type HistoryServer, serverText } from '../../../../lang/schema/history-server.js';
import { CtqError } from '../../../errors.js';

/** The name of an error of the server, such as `UNKNOWN_TABLE`; of the system, such as `ECONNREFUSED`; undefined for others. */
export function codeOf(error: unknown): string | undefined {
  const cause = error instanceof CtqError ? error.cause : error;
  const { type, code } = (cause ?? {}) as { readonly type?: unknown; readonly code?: unknown };
  if (typeof type === 'string') return type;
  return typeof code === 'string' ? code : undefined;
}

interface Explanation {
  readonly message: string;
  readonly hint: string;
}

const PASSWORD =
  'the password is read from CTQ_CLICKHOUSE_PASSWORD, or from the file that CTQ_CLICKHOUSE_PASSWORD_FILE names';
const MEMORY = 'read a shorter range, or group by fewer keys';

function explain(code: string | undefined, { host, port, user, tls }: HistoryServer): Explanation | undefined {
  const unreachable = (why: string, hint: string): Explanation => ({
    message: `cannot connect to ClickHouse at ${host}:${port}: ${why}`,
    hint,
  });
  switch (code) {
    case 'ECONNREFUSED':
      return unreachable(
        'nothing listens there',
        tls
          ? 'its port of HTTPS is usually 8443; for a server without TLS, add ?tls=off to the address (port 8123)'
          : 'its port of HTTP is usually 8123',
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable('the name is unknown', 'check the name of the host');
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'TimeoutError':
      return unreachable('it does not answer', 'check the route to it, and its firewall');
    case 'ECONNRESET':
    case 'EPIPE':
      return unreachable(
        'the connection was closed',
        tls ? 'does the port speak HTTPS?' : 'does the port require TLS?',
      );
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return unreachable('the port does not speak TLS', 'name the port of HTTPS, or add ?tls=off to the address');
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return unreachable(
        'its certificate is not trusted',
        'name your certificate authority: add ?ca=FILE to the address',
      );
    case 'CERT_HAS_EXPIRED':
      return unreachable('its certificate has expired', 'renew the certificate of the server');
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return unreachable('its certificate is for another name', 'use the name that the certificate has');
    case 'AUTHENTICATION_FAILED':
    case 'UNKNOWN_USER':
    case 'WRONG_PASSWORD':
    case 'REQUIRED_PASSWORD':
      return { message: `ClickHouse at ${host}:${port} refuses the password of ${user}`, hint: PASSWORD };
    case 'ACCESS_DENIED':
      return { message: `${user} may not do this in ClickHouse at ${host}:${port}`, hint: 'grant it the right' };
    case 'MEMORY_LIMIT_EXCEEDED':
      return { message: 'the query needs more memory than the server grants', hint: MEMORY };
    case 'TIMEOUT_EXCEEDED':
    case 'TOO_SLOW':
      return { message: 'the query takes longer than the server grants', hint: MEMORY };
    case 'TOO_MANY_SIMULTANEOUS_QUERIES':
      return { message: 'the server runs too many queries', hint: 'try again later' };
    case 'QUERY_WAS_CANCELLED':
      return { message: 'the query was ended at the server', hint: 'try again' };
    default:
      return undefined;
  }
}

/** @returns the error to throw: a CtqError unchanged */
export function serverError(error: unknown, server: HistoryServer): unknown {
  if (error instanceof CtqError) return error;
  const code = codeOf(error) ?? (error instanceof Error ? error.name : undefined);
  const known = explain(code, server);
  const [first] = (error instanceof Error ? error.message : String(error)).split('\n');
  return new CtqError({
    code:
      code === 'MEMORY_LIMIT_EXCEEDED'
        ? 'history-memory'
        : code === undefined
          ? 'history-clickhouse'
          : `clickhouse-${code}`,
    kind: 'input',
    message:
      known?.message ??
      `ClickHouse at ${serverText(server)}: ${first.replace(/\s*\(version [^()]*(?:\([^()]*\))?\)\s*$/, '')}`,
    hint: known?.hint,
    cause: error,
  });
}
