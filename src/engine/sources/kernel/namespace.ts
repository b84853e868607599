import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  type Stats,
  statSync,
} from 'node:fs';
import { ERRNO } from '../../errno.js';
import { CtqError, internalError } from '../../errors.js';
import { libc } from '../../netlink/libc.js';

const CLONE_NEWNET = 0x40000000;

/** The directory in which ip(8) keeps a file for each name. */
const NAMES = '/run/netns';

/** A path may be that of a pipe, whose opening would wait for a writer. */
const WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK;

/** Error code: a namespace was removed while it was watched. */
export const NAMESPACE_GONE = 'namespace-gone';

/** A network namespace: by the name that `ip netns` gave it or the path of its file, or that of a process. */
export type NamespaceRef = { readonly name: string } | { readonly pid: number };

/**
 * An open network namespace: it stays the same one whatever happens to its name or process. Must be closed.
 */
export class NetworkNamespace {
  readonly label: string;
  #fd: number;

  readonly #ref: NamespaceRef;
  readonly #identity: string;

  private constructor(label: string, fd: number, ref: NamespaceRef) {
    this.label = label;
    this.#fd = fd;
    this.#ref = ref;
    this.#identity = identityOf(fstatSync(fd));
  }

  /** @throws CtqError of kind `statement` for a name that cannot be one, `system` or `permission` if it cannot be opened */
  static open(ref: NamespaceRef): NetworkNamespace {
    const { label, path, hint } = locate(ref);
    try {
      return new NetworkNamespace(label, openSync(path, WITHOUT_WAITING), ref);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code === 'EACCES' || code === 'EPERM') throw refused(label, cause);
      const missing = code === 'ENOENT' || code === 'ESRCH';
      throw new CtqError({
        code: missing ? 'no-namespace' : 'namespace-unreadable',
        kind: 'system',
        message: missing ? `${label} does not exist` : `cannot open the ${label}: ${code}`,
        hint,
        cause,
      });
    }
  }

  /** The error for a namespace whose name or process no longer refers to it. */
  gone(): CtqError | undefined {
    if (namespaceIdentity(this.#ref) === this.#identity) return undefined;
    return new CtqError({ code: NAMESPACE_GONE, kind: 'system', message: `the ${this.label} was removed` });
  }

  /**
   * Runs a function with this thread in the namespace, and always switches back. Sockets that it opens stay there. The function must be
   * synchronous: other work of this thread would run in the namespace too.
   */
  run<T>(inside: () => T): T {
    const c = libc();
    const home = openOwn();
    try {
      if (c.setns(this.#fd, CLONE_NEWNET) < 0) {
        const errno = c.errno();
        if (errno === ERRNO.EPERM) throw refused(this.label);
        throw new CtqError({
          code: 'namespace-enter',
          kind: 'system',
          message: `cannot enter the ${this.label}: it is not a network namespace`,
          errno,
        });
      }
      try {
        return inside();
      } finally {
        this.#leaveFor(home);
      }
    } finally {
      closeSync(home);
    }
  }

  #leaveFor(home: number): void {
    const c = libc();
    if (c.setns(home, CLONE_NEWNET) < 0) throw internalError(`cannot leave the ${this.label}: errno ${c.errno()}`);
  }

  close(): void {
    if (this.#fd < 0) return;
    closeSync(this.#fd);
    this.#fd = -1;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** The network namespace of this thread. */
function openOwn(): number {
  try {
    return openSync(existsSync('/proc/thread-self') ? '/proc/thread-self/ns/net' : '/proc/self/ns/net', 'r');
  } catch (cause) {
    throw new CtqError({
      code: 'no-proc',
      kind: 'system',
      message: `cannot enter another network namespace: /proc is missing (${(cause as NodeJS.ErrnoException).code})`,
      hint: 'mount it: mount -t proc proc /proc',
      cause,
    });
  }
}

/**
 * Whether the network namespace of a process can be entered only through its user namespace, which a process with several threads
 * cannot enter: setns(2) refuses the former, and the latter is not the caller's.
 */
export function needsUserNamespace(pid: number): boolean {
  try {
    if (readlinkSync(`/proc/${pid}/ns/user`) === readlinkSync('/proc/self/ns/user')) return false;
  } catch {
    return false;
  }
  try {
    const namespace = NetworkNamespace.open({ pid });
    try {
      namespace.run(() => {});
    } finally {
      namespace.close();
    }
    return false;
  } catch (error) {
    return error instanceof CtqError && error.code === 'permission-namespace';
  }
}

const identityOf = ({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string => `${dev}:${ino}`;

/** Identifies the namespace that a reference means now; undefined if there is none, or it is not accessible. */
export function namespaceIdentity(ref: NamespaceRef): string | undefined {
  try {
    return identityOf(statSync(locate(ref).path));
  } catch {
    return undefined;
  }
}

/**
 * The name that `ip netns list` shows for a network namespace; undefined if it has none, and for the machine's initial one, whatever names it has.
 * @param identity as of `namespaceIdentity`
 */
export function nameOfNamespace(identity: string): string | undefined {
  if (identity === namespaceIdentity({ pid: 1 })) return undefined;
  return namedNamespaces().find(name => namespaceIdentity({ name }) === identity);
}

/** Whether a name refers to a namespace yet: ip(8) first makes an empty file, on the file system of its directory. */
export function isReady(name: string): boolean {
  try {
    return statSync(locate({ name }).path).dev !== statSync(NAMES).dev;
  } catch {
    return true;
  }
}

/** The names that `ip netns list` shows, in order; one for each namespace, even if it has several. */
export function namedNamespaces(): string[] {
  let names: string[];
  try {
    names = readdirSync(NAMES).sort();
  } catch (cause) {
    // None has been made yet.
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CtqError({
      code: 'namespace-unreadable',
      kind: 'system',
      message: `cannot read ${NAMES}: ${(cause as NodeJS.ErrnoException).code}`,
      cause,
    });
  }
  const seen = new Set<string>();
  return names.filter(name => {
    let file: string;
    try {
      file = identityOf(statSync(`${NAMES}/${name}`));
    } catch {
      // Reading it will report why it cannot be read.
      return true;
    }
    const isNew = !seen.has(file);
    seen.add(file);
    return isNew;
  });
}

function locate(ref: NamespaceRef): { label: string; path: string; hint: string } {
  if ('pid' in ref) {
    if (!Number.isSafeInteger(ref.pid) || ref.pid <= 0)
      throw badName(String(ref.pid), 'a process id is a positive number');
    return {
      label: `network namespace of process ${ref.pid}`,
      path: `/proc/${ref.pid}/ns/net`,
      hint: 'the process must be running',
    };
  }
  const { name } = ref;
  if (name.startsWith('/') && !name.includes('\0'))
    return {
      label: `network namespace ${JSON.stringify(name)}`,
      path: name,
      hint: 'the file of a network namespace, such as /run/netns/blue or /proc/4711/ns/net',
    };
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name) || name.length > 255)
    throw badName(
      name,
      'a name as `ip netns list` shows it; the namespace of a container is that of its process: in pid 4711',
    );
  return {
    label: `network namespace ${JSON.stringify(name)}`,
    path: `${NAMES}/${name}`,
    hint: 'see `ip netns list`',
  };
}

function badName(name: string, hint: string): CtqError {
  return new CtqError({
    code: 'namespace-name',
    kind: 'statement',
    message: `${JSON.stringify(name)} cannot be a network namespace`,
    hint,
  });
}

function refused(label: string, cause?: unknown): CtqError {
  return new CtqError({
    code: 'permission-namespace',
    kind: 'permission',
    message: `cannot enter the ${label}: CAP_SYS_ADMIN is missing (EPERM)`,
    hint: 'run it with sudo',
    errno: ERRNO.EPERM,
    cause,
  });
}
