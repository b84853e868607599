import { ERRNO } from '../../../engine/errno.js';
import type { CtqError } from '../../../engine/errors.js';
import type { CommandLine } from '../argv/command-line.js';
import { invalidWords } from '../argv/mistake.js';

/** strerror(3) of the GNU C library. */
const STRERROR: Readonly<Record<number, string>> = {
  [ERRNO.EPERM]: 'Operation not permitted',
  [ERRNO.ENOENT]: 'No such file or directory',
  [ERRNO.ESRCH]: 'No such process',
  [ERRNO.EINTR]: 'Interrupted system call',
  [ERRNO.EIO]: 'Input/output error',
  [ERRNO.EBADF]: 'Bad file descriptor',
  [ERRNO.EAGAIN]: 'Resource temporarily unavailable',
  [ERRNO.ENOMEM]: 'Cannot allocate memory',
  [ERRNO.EACCES]: 'Permission denied',
  [ERRNO.EFAULT]: 'Bad address',
  [ERRNO.EBUSY]: 'Device or resource busy',
  [ERRNO.EEXIST]: 'File exists',
  [ERRNO.ENFILE]: 'Too many open files in system',
  [ERRNO.EMFILE]: 'Too many open files',
  [ERRNO.ENOSPC]: 'No space left on device',
  [ERRNO.ERANGE]: 'Numerical result out of range',
  [ERRNO.ENOSYS]: 'Function not implemented',
  [ERRNO.ETIME]: 'Timer expired',
  [ERRNO.EPROTO]: 'Protocol error',
  [ERRNO.EBADMSG]: 'Bad message',
  [ERRNO.EMSGSIZE]: 'Message too long',
  [ERRNO.EPROTONOSUPPORT]: 'Protocol not supported',
  [ERRNO.ESOCKTNOSUPPORT]: 'Socket type not supported',
  [ERRNO.EOPNOTSUPP]: 'Operation not supported',
  [ERRNO.EAFNOSUPPORT]: 'Address family not supported by protocol',
  [ERRNO.ENOBUFS]: 'No buffer space available',
  [ERRNO.ETIMEDOUT]: 'Connection timed out',
  [ERRNO.ECONNREFUSED]: 'Connection refused',
};

export const strerror = (errno: number): string => STRERROR[errno] ?? `Unknown error ${errno}`;

type Commands = readonly NonNullable<CommandLine['command']>[];

interface Word {
  readonly errno: number;
  readonly table: 'conntrack' | 'expect' | 'any';
  /** Left out: all. */
  readonly commands?: Commands;
  readonly word: string;
}

const MAKING: Commands = ['create', 'add', 'get'];

/** What conntrack(8) prints in place of strerror(3). */
const WORDS: readonly Word[] = [
  {
    errno: ERRNO.EEXIST,
    table: 'conntrack',
    commands: ['create'],
    word: 'Such conntrack exists, try -U to update',
  },
  {
    errno: ERRNO.ENOENT,
    table: 'conntrack',
    commands: [...MAKING, 'delete'],
    word: "such conntrack doesn't exist",
  },
  { errno: ERRNO.ENOMEM, table: 'conntrack', commands: MAKING, word: 'not enough memory' },
  { errno: ERRNO.EAFNOSUPPORT, table: 'conntrack', commands: ['get'], word: 'protocol not supported' },
  { errno: ERRNO.ETIME, table: 'conntrack', commands: ['create', 'add'], word: 'conntrack has expired' },
  { errno: ERRNO.ENOENT, table: 'expect', commands: ['create'], word: 'master conntrack not found' },
  {
    errno: ERRNO.EPERM,
    table: 'any',
    word: 'sorry, you must be root or get CAP_NET_ADMIN capability to do this',
  },
];

export interface Failure {
  /** conntrack(8)'s words. */
  readonly message: string;
  /** What they leave out. */
  readonly more?: string;
}

/** Errors whose words are enough. */
const CLEAR: readonly number[] = [ERRNO.EPERM, ERRNO.ENOENT, ERRNO.EEXIST, ERRNO.ENOMEM];

/** How conntrack(8) reports what the kernel refused. What ctq refuses itself is reported as EINVAL. */
export function failureOf(error: CtqError, line: Pick<CommandLine, 'command' | 'table'>): Failure {
  const errno = error.errno?.number ?? (error.kind === 'statement' ? ERRNO.EINVAL : undefined);
  if (errno === undefined) return { message: `Operation failed: ${error.message}` };
  const message = `Operation failed: ${wordOf(errno, line)}`;
  return CLEAR.includes(errno) ? { message } : { message, more: error.message };
}

function wordOf(errno: number, { command, table }: Pick<CommandLine, 'command' | 'table'>): string {
  if (errno === ERRNO.EINVAL) return invalidWords(command);
  const kind = table === 'expect' ? 'expect' : 'conntrack';
  const found = WORDS.find(
    each =>
      each.errno === errno &&
      (each.table === 'any' || each.table === kind) &&
      (each.commands === undefined || (command !== undefined && each.commands.includes(command))),
  );
  return found?.word ?? strerror(errno);
}
