import type { Place } from '../../lang/checked/ast.js';
import type { PlaceKind } from '../../lang/schema/places.js';
import { CtqError } from '../errors.js';
import { DEFAULT_FLEET_OPTIONS, type FleetOptions } from './fleet/options.js';
import type { LineOptions, Opener, Opening, PlaceOf } from './opener.js';
import type { Source } from './source.js';

/** Loads what opens each kind of place. What can be done in them is said in src/lang/schema/places.ts. */
const OPENERS = {
  kernel: async () => {
    const { openKernel } = await import('./kernel/kernel.js');
    return { open: () => openKernel() };
  },
  netns: async () => (await import('./namespaces/open.js')).named,
  every_netns: async () => (await import('./namespaces/open.js')).every,
  pid: async () => (await import('./namespaces/open.js')).ofProcess,
  ssh: async () => (await import('./remote/open.js')).host,
  hosts: async () => (await import('./fleet/open.js')).hosts,
  fleet: async () => (await import('./fleet/open.js')).fleet,
  file: async () => (await import('./snapshot/follow/file-source.js')).file,
  history: async () => ({ open: refuseHistory }),
} satisfies { readonly [K in PlaceKind]: () => Promise<Opener<PlaceOf<K>>> };

/** The sources of places: each is opened when it is first asked for, and kept. */
export class SourcePool {
  /** By place, and what identifies it. */
  readonly #open = new Map<string, { readonly opener: Opener; readonly source: Source }>();
  readonly #openers = new Map<PlaceKind, Opener>();
  readonly #opening: Opening;

  /**
   * @param lines how the lines of a conntrack(8) elsewhere are read
   * @param program the command line of ctq, to start it where this process cannot get
   * @param fleet how the gateways of a fleet are asked
   */
  constructor(lines: LineOptions, program?: readonly string[], fleet = (): FleetOptions => DEFAULT_FLEET_OPTIONS) {
    this.#opening = { lines, program, fleet };
  }

  /**
   * Loads what opens them: not before a statement is about to need it.
   * @param elsewhere also other places than the network namespace of this process
   */
  async load(elsewhere: boolean): Promise<void> {
    const kinds = elsewhere ? (Object.keys(OPENERS) as PlaceKind[]) : (['kernel', 'file'] as const);
    if (kinds.every(kind => this.#openers.has(kind))) return;
    const openers = await Promise.all(kinds.map(kind => OPENERS[kind]() as Promise<Opener>));
    for (const [i, kind] of kinds.entries()) this.#openers.set(kind, openers[i]);
  }

  /** @throws CtqError if it cannot be opened */
  of(place: Place): Source {
    const opener = this.#openers.get(place.kind);
    if (opener === undefined) throw new Error(`the opener of '${place.kind}' has not been loaded`);
    const key = JSON.stringify([place, opener.identity?.(place)]);
    const known = this.#open.get(key);
    if (known) return known.source;
    const source = opener.open(place, this.#opening);
    this.#open.set(key, { opener, source });
    return source;
  }

  /** Closes network namespaces, which exist as long as they are open. What is asked for again is opened again. */
  async release(): Promise<void> {
    const namespaces = [...this.#open].filter(([, { opener }]) => opener.identity !== undefined);
    for (const [key] of namespaces) this.#open.delete(key);
    await Promise.allSettled(namespaces.map(([, { source }]) => source.close()));
  }

  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(all.map(({ source }) => source.close()));
  }
}

/** The history is read by `HistoryReader`; there is no kernel in it to ask. */
function refuseHistory(): never {
  throw new CtqError({
    code: 'place',
    kind: 'statement',
    message: 'the history is read-only and contains only flows',
    hint: 'select from it',
  });
}

/** The command line of this program: what is built is started by the shell, which keeps the environment of others from node. */
export function ownProgram(): readonly string[] | undefined {
  const [node, program] = process.argv;
  if (program === undefined) return undefined;
  // A single executable is both.
  if (program === node) return [program];
  return program.endsWith('.ts') ? [node, ...process.execArgv, program] : ['/bin/sh', program];
}
