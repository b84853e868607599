import { printable } from '../lang/diagnostics/printable.js';
import { ERRNO, type ErrnoName, errnoName } from './errno.js';

/**
 * What kind of trouble an error is:
 * - `statement`: the query itself is wrong, nothing was run;
 * - `permission`: the operating system refuses;
 * - `kernel`: conntrack answered with an error;
 * - `input`, `output`: a file or stream that is read or written;
 * - `system`: anything else of the machine (no such namespace, not Linux, no memory);
 * - `internal`: a defect of ctq, the only kind that asks for a report.
 */
export type ErrorKind = 'statement' | 'permission' | 'kernel' | 'input' | 'output' | 'system' | 'internal';

export interface Errno {
  /** Positive Linux error number. */
  readonly number: number;
  readonly name: ErrnoName | `errno ${number}`;
}

export interface ErrorDetails {
  /** A stable word for programs, such as `kernel-EEXIST` or `receive-timeout`. */
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly hint?: string;
  readonly errno?: number;
  /** What was being done, such as `create a conntrack entry`. */
  readonly operation?: string;
  readonly cause?: unknown;
}

const EXIT_CODES = {
  statement: 2,
  permission: 1,
  kernel: 1,
  input: 1,
  output: 1,
  system: 1,
  internal: 1,
} as const satisfies Record<ErrorKind, number>;

/** The one error class of what goes wrong at run time. */
export class CtqError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly hint?: string;
  readonly errno?: Errno;
  readonly operation?: string;

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'CtqError';
    this.code = details.code;
    this.kind = details.kind;
    this.hint = details.hint ?? (details.kind === 'internal' ? 'this is a defect of ctq; please report it' : undefined);
    this.operation = details.operation;
    if (details.errno !== undefined) this.errno = { number: details.errno, name: errnoName(details.errno) };
  }

  /** Plain data from which the same error can be made again, in another thread for one. The cause is left out. */
  get asData(): ErrorDetails {
    const { code, kind, message, hint, errno, operation } = this;
    return { code, kind, message, hint, errno: errno?.number, operation };
  }

  /** The exit status of a program that ends because of it. */
  get exitCode(): 1 | 2 {
    return EXIT_CODES[this.kind];
  }
}

interface Explanation {
  readonly sentence: string;
  readonly hint?: string;
}

/** What an error number of a conntrack request means, in words. */
const EXPLANATIONS: Partial<Record<ErrnoName, Explanation>> = {
  ENOENT: {
    sentence: 'there is no such entry',
    hint: 'an entry is found by its whole tuple, zone and family; it may also have ended meanwhile',
  },
  EEXIST: {
    sentence: 'there is such an entry already, or its reply tuple is that of another one',
    hint: 'update changes an entry that exists; insert … on conflict update does either',
  },
  EINVAL: {
    sentence: 'the kernel does not take the request as valid',
    hint: 'a new entry needs addresses, protocol, ports (or ICMP id, type and code) of both directions, and a timeout; older kernels know fewer fields',
  },
  EBUSY: {
    sentence: 'the entry does not allow this change now',
    hint: 'status bits cannot be cleared, a helper cannot be exchanged, and expectations may not overlap',
  },
  EOPNOTSUPP: {
    sentence: 'the kernel does not support this here',
    hint: 'NAT and master are set when an entry is created, not later; a helper must be known to the kernel and fit the protocol; filtered deletes need Linux 6.12',
  },
  ENOMEM: {
    sentence: 'the conntrack table is full, or the kernel has no memory left',
    hint: 'compare the number of entries with net.netfilter.nf_conntrack_max',
  },
  ENOSPC: {
    sentence: 'there is no room: the hash chain is too long, or the entry has no space for labels',
    hint: 'labels need a rule that uses them before the entry is created; long chains need a larger net.netfilter.nf_conntrack_buckets',
  },
  EMFILE: {
    sentence: 'there are too many expectations, or this process has too many files open',
    hint: 'see net.netfilter.nf_conntrack_expect_max and `ulimit -n`',
  },
  EMSGSIZE: { sentence: 'the request is larger than the socket takes' },
  ETIME: { sentence: 'the entry is about to end' },
  ERANGE: { sentence: 'a value is outside the range that the kernel allows' },
  ENOBUFS: {
    sentence: 'the kernel had more to say than the receive buffer holds, and dropped some of it',
    hint: 'a larger net.core.rmem_max, or CAP_NET_ADMIN, allows a larger buffer',
  },
  EPROTONOSUPPORT: {
    sentence: 'this kernel has no ctnetlink',
    hint: 'load it with `modprobe nf_conntrack_netlink`',
  },
  ECONNREFUSED: {
    sentence: 'nobody answers for netfilter netlink',
    hint: 'load it with `modprobe nf_conntrack_netlink`',
  },
};

const PERMISSION_HINT =
  'run it with sudo, or inside a namespace of your own (`unshare -Urn`), or query a snapshot file instead';

/**
 * The error for an error number that conntrack or a socket call gave.
 * @param errno positive Linux error number
 * @param operation what was being done, in the infinitive: `create a conntrack entry`
 * @param kernelText what the kernel said in words (extended ack), if anything
 */
export function kernelError(errno: number, operation: string, kernelText?: string): CtqError {
  const name = errnoName(errno);
  const said = kernelText === undefined ? '' : `; the kernel says: ${printable(kernelText)}`;
  if (errno === ERRNO.EPERM || errno === ERRNO.EACCES) {
    return new CtqError({
      code: 'permission-net-admin',
      kind: 'permission',
      message: `cannot ${operation}: CAP_NET_ADMIN is missing in the user namespace that owns this network namespace (${name})${said}`,
      hint: PERMISSION_HINT,
      errno,
      operation,
    });
  }
  const explained = (EXPLANATIONS as Partial<Record<string, Explanation>>)[name];
  return new CtqError({
    code: `kernel-${name.replace(' ', '-')}`,
    kind: 'kernel',
    message: `cannot ${operation}: ${explained?.sentence ?? 'the kernel refuses'} (${name})${said}`,
    hint: explained?.hint,
    errno,
    operation,
  });
}

/** Whether the kernel refuses a request's filter, or key, though it may have such entries, as it does unusual types of ICMP. */
export const isRefusedFilter = (error: unknown): boolean =>
  error instanceof CtqError && error.errno?.number === ERRNO.EINVAL;

/** The error for a failing system call that is not an answer of conntrack. */
export function systemError(errno: number, operation: string, hint?: string): CtqError {
  const name = errnoName(errno);
  return new CtqError({
    code: `system-${name.replace(' ', '-')}`,
    kind: 'system',
    message: `cannot ${operation} (${name})`,
    hint,
    errno,
    operation,
  });
}

/** The error for something that cannot happen unless ctq is wrong. */
export function internalError(message: string, cause?: unknown): CtqError {
  return new CtqError({ code: 'internal', kind: 'internal', message, cause });
}
