import { printable } from '../lang/diagnostics/printable.js';
import { ERRNO, type ErrnoName, errnoName } from './errno.js';

/**
 * The kind of an error:
 * - `statement`: the statement is wrong; nothing was run
 * - `permission`: the operating system denies access
 * - `kernel`: conntrack returned an error
 * - `input`, `output`: a file or stream cannot be read or written
 * - `system`: any other problem of the machine (unknown namespace, not Linux, out of memory)
 * - `internal`: a defect of ctq; the only kind that asks for a report
 */
export type ErrorKind = 'statement' | 'permission' | 'kernel' | 'input' | 'output' | 'system' | 'internal';

/** An error number of Linux. */
export interface Errno {
  /** Positive. */
  readonly number: number;
  readonly name: ErrnoName | `errno ${number}`;
}

export interface ErrorDetails {
  /** A stable identifier for programs, such as `kernel-EEXIST` or `receive-timeout`. */
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  /** One sentence: what to do. */
  readonly hint?: string;
  readonly errno?: number;
  /** The operation that failed, such as `create a conntrack entry`. */
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

/** Any error at run time. */
export class CtqError extends Error {
  /** A stable identifier, such as `kernel-EEXIST`. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** One sentence: what to do. */
  readonly hint?: string;
  /** The kernel's error number, if it is the cause. */
  readonly errno?: Errno;
  /** The operation that failed, such as `create a conntrack entry`. */
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

  /** Plain data from which the error can be re-created, for example in another thread. Without the cause. */
  get asData(): ErrorDetails {
    const { code, kind, message, hint, errno, operation } = this;
    return { code, kind, message, hint, errno: errno?.number, operation };
  }

  /** The exit status of a program that fails with it. */
  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }
}

interface Explanation {
  readonly sentence: string;
  readonly hint?: string;
}

/** The meaning of the error numbers of conntrack requests. */
const EXPLANATIONS: Partial<Record<ErrnoName, Explanation>> = {
  ENOENT: {
    sentence: 'no such entry',
    hint: 'an entry is found by its complete tuple, zone and family; it may have ended in the meantime',
  },
  EEXIST: {
    sentence: 'the entry already exists, or its reply tuple collides with another entry',
    hint: 'use update to change an existing entry, or insert … on conflict update for either',
  },
  EINVAL: {
    sentence: 'the kernel rejects the request as invalid',
    hint: 'a new entry needs addresses, protocol, ports (or ICMP id, type and code) of both directions, and a timeout; older kernels support fewer fields',
  },
  EBUSY: {
    sentence: 'the entry does not allow this change now',
    hint: 'status bits cannot be cleared, a helper cannot be replaced, and expectations must not overlap',
  },
  EOPNOTSUPP: {
    sentence: 'not supported by the kernel',
    hint: 'NAT and master are set when an entry is created, not later; a helper must be registered and match the protocol; filtered deletes need Linux 6.12',
  },
  ENOMEM: {
    sentence: 'the conntrack table is full, or the kernel is out of memory',
    hint: 'compare the number of entries with net.netfilter.nf_conntrack_max',
  },
  ENOSPC: {
    sentence: 'hash chain too long, or no space for labels in the entry',
    hint: 'labels require a rule that uses them before the entry is created; for long chains raise net.netfilter.nf_conntrack_buckets',
  },
  EMFILE: {
    sentence: 'too many expectations, or too many open files in this process',
    hint: 'see net.netfilter.nf_conntrack_expect_max and `ulimit -n`',
  },
  EMSGSIZE: { sentence: 'the request is too large for the socket' },
  ETIME: { sentence: 'the entry is about to end' },
  ERANGE: { sentence: 'a value is outside the range that the kernel allows' },
  ENOBUFS: {
    sentence: 'the receive buffer overflowed, and the kernel dropped messages',
    hint: 'a larger net.core.rmem_max, or CAP_NET_ADMIN, allows a larger buffer',
  },
  EPROTONOSUPPORT: {
    sentence: 'this kernel has no ctnetlink',
    hint: 'load it with `modprobe nf_conntrack_netlink`',
  },
  ECONNREFUSED: {
    sentence: 'the kernel has no netfilter netlink',
    hint: 'load it with `modprobe nf_conntrack_netlink`',
  },
};

const PERMISSION_HINT =
  'run it with sudo, or in a namespace of your own (`unshare -Urn`), or query a snapshot file instead';

/**
 * The error for an error number returned by conntrack or a socket call.
 * @param errno positive Linux error number
 * @param operation what failed, in the infinitive: `create a conntrack entry`
 * @param kernelText the message of the extended ack, if any
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
    message: `cannot ${operation}: ${explained?.sentence ?? 'rejected by the kernel'} (${name})${said}`,
    hint: explained?.hint,
    errno,
    operation,
  });
}

/** Whether the kernel rejects a filter or key although matching entries may exist, as for untracked types of ICMP. */
export const isRefusedFilter = (error: unknown): boolean =>
  error instanceof CtqError && error.errno?.number === ERRNO.EINVAL;

/** The error for a failed system call. @param errno positive Linux error number */
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

/** The error for a state that only a defect of ctq can cause. */
export function internalError(message: string, cause?: unknown): CtqError {
  return new CtqError({ code: 'internal', kind: 'internal', message, cause });
}

/** Anything thrown as a CtqError; unexpected ones are of kind `internal`. */
export function asCtqError(thrown: unknown): CtqError {
  if (thrown instanceof CtqError) return thrown;
  return internalError(`internal: ${thrown instanceof Error ? thrown.message : String(thrown)}`, thrown);
}
