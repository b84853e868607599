import type { Place } from '../../lang/check/checked-ast.js';
import { assertNever } from '../../lang/syntax/ast.js';
import { CtqError } from '../errors.js';
import type { NamespaceRef } from './namespaces/namespace.js';
import type { LineOptions } from './remote/remote-source.js';
import type { Source } from './source.js';

type KernelModule = typeof import('./kernel/kernel.js');
type EveryModule = typeof import('./namespaces/every-namespace.js');
type ReachModule = typeof import('./remote/transport.js');
type RelayModule = typeof import('./remote/remote-source.js');
type NamespaceModule = typeof import('./namespaces/namespace.js');

/** What opens sources elsewhere than here. */
type Elsewhere = Pick<EveryModule, 'EveryNamespace'> &
  Pick<NamespaceModule, 'namespaceIdentity' | 'needsUserNamespace'> &
  Pick<RelayModule, 'RelaySource'> &
  Pick<ReachModule, 'byNsenter' | 'bySsh'>;

/** The kernels of places: each is opened when it is first asked for, and kept. */
export class Kernels {
  /** By place, and the namespace's identity. */
  readonly #open = new Map<string, { readonly place: Place; readonly source: Source }>();
  readonly #lines: LineOptions;
  readonly #program: readonly string[] | undefined;
  #here: KernelModule | undefined;
  #elsewhere: Elsewhere | undefined;

  /**
   * @param lines how the lines of a conntrack(8) elsewhere are read
   * @param program the command line of ctq, to start it where this process cannot get
   */
  constructor(lines: LineOptions, program?: readonly string[]) {
    this.#lines = lines;
    this.#program = program;
  }

  /**
   * Loads what opens them: not before a statement is about to need it.
   * @param elsewhere also other places than this process' own namespace
   */
  async load(elsewhere: boolean): Promise<void> {
    this.#here ??= await import('./kernel/kernel.js');
    if (!elsewhere || this.#elsewhere !== undefined) return;
    const [{ EveryNamespace }, { namespaceIdentity, needsUserNamespace }, { RelaySource }, { byNsenter, bySsh }] =
      await Promise.all([
        import('./namespaces/every-namespace.js'),
        import('./namespaces/namespace.js'),
        import('./remote/remote-source.js'),
        import('./remote/transport.js'),
      ]);
    this.#elsewhere = { EveryNamespace, namespaceIdentity, needsUserNamespace, RelaySource, byNsenter, bySsh };
  }

  /** @throws CtqError if it cannot be opened */
  of(place: Place): Source {
    const key = this.#keyOf(place);
    const known = this.#open.get(key);
    if (known) return known.source;
    const source = this.#source(place);
    this.#open.set(key, { place, source });
    return source;
  }

  /** A name, or the number of a process, may be another namespace's by now than when it was first asked for. */
  #keyOf(place: Place): string {
    return JSON.stringify([
      place,
      isNamespace(place) ? loaded(this.#elsewhere).namespaceIdentity(refOf(place)) : undefined,
    ]);
  }

  #source(place: Place): Source {
    const { openKernel } = loaded(this.#here);
    switch (place.kind) {
      case 'kernel':
        return openKernel();
      case 'pid': {
        const { RelaySource, byNsenter, needsUserNamespace } = loaded(this.#elsewhere);
        if (this.#program !== undefined && needsUserNamespace(place.pid))
          return new RelaySource(byNsenter(place.pid, this.#program), this.#lines);
        return openKernel({ namespace: refOf(place) });
      }
      case 'netns':
        return openKernel({ namespace: refOf(place) });
      case 'every_netns': {
        const { EveryNamespace } = loaded(this.#elsewhere);
        return new EveryNamespace(name => openKernel({ namespace: { name } }));
      }
      case 'file':
        throw refused('a snapshot has no such table, and cannot be changed', 'use kernel goes back to the kernel');
      case 'ssh': {
        const { RelaySource, bySsh } = loaded(this.#elsewhere);
        return new RelaySource(bySsh(place.host), this.#lines);
      }
      default:
        return assertNever(place);
    }
  }

  /** Lets network namespaces go, so that those that are removed do end. What is asked for again is opened again. */
  async release(): Promise<void> {
    const namespaces = [...this.#open].filter(([, { place }]) => isNamespace(place));
    for (const [key] of namespaces) this.#open.delete(key);
    await Promise.allSettled(namespaces.map(([, { source }]) => source.close()));
  }

  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(all.map(({ source }) => source.close()));
  }
}

function loaded<T>(module: T | undefined): T {
  if (module === undefined) throw new Error('what opens the source has not been loaded');
  return module;
}

/** Whether a statement's text may name another place than the one where it stands. */
export const mayNamePlace = (text: string): boolean => /\b(?:netns|pid|ssh)\b/i.test(text);

/** The command line of this program: what is built is started by the shell, which keeps the environment of others from node. */
export function ownProgram(): readonly string[] | undefined {
  const [node, program] = process.argv;
  if (program === undefined) return undefined;
  return program.endsWith('.ts') ? [node, ...process.execArgv, program] : ['/bin/sh', program];
}

type NamespacePlace = Extract<Place, { kind: 'netns' | 'pid' }>;

const isNamespace = (place: Place): place is NamespacePlace => place.kind === 'netns' || place.kind === 'pid';

const refOf = (place: NamespacePlace): NamespaceRef =>
  place.kind === 'netns' ? { name: place.name } : { pid: place.pid };

const refused = (message: string, hint: string): CtqError =>
  new CtqError({ code: 'place', kind: 'statement', message, hint });
