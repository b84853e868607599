/**
 * Linux error numbers as ctnetlink and the socket calls report them. Own table: node's own one (os.constants) is that of
 * the machine it runs on, and these numbers come from a Linux kernel.
 * Source: include/uapi/asm-generic/errno-base.h, errno.h.
 */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  EIO: 5,
  EBADF: 9,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  EFAULT: 14,
  EBUSY: 16,
  EEXIST: 17,
  EINVAL: 22,
  ENFILE: 23,
  EMFILE: 24,
  ENOSPC: 28,
  ERANGE: 34,
  ENOSYS: 38,
  ETIME: 62,
  EPROTO: 71,
  EBADMSG: 74,
  EMSGSIZE: 90,
  EPROTONOSUPPORT: 93,
  ESOCKTNOSUPPORT: 94,
  EOPNOTSUPP: 95,
  EAFNOSUPPORT: 97,
  ENOBUFS: 105,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
} as const;

export type ErrnoName = keyof typeof ERRNO;

const NAMES = new Map<number, ErrnoName>(Object.entries(ERRNO).map(([name, number]) => [number, name as ErrnoName]));

/** The name of a positive Linux error number; `errno 123` for one that is not in the table. */
export function errnoName(errno: number): ErrnoName | `errno ${number}` {
  return NAMES.get(errno) ?? `errno ${errno}`;
}
