import { CtqError } from '../engine/errors.js';
import type { Source } from '../engine/source/source.js';
import type { Place } from '../lang/typed.js';

type OpenKernel = typeof import('../engine/source/kernel.js')['openKernel'];

/** The kernels of places: each is opened when it is first asked for, and kept. */
export class Kernels {
  readonly #open = new Map<string, Source>();
  #openKernel: OpenKernel | undefined;

  /** Loads what opens them: not before a statement is about to need it. */
  async load(): Promise<void> {
    this.#openKernel ??= (await import('../engine/source/kernel.js')).openKernel;
  }

  /** @throws CtqError if it cannot be opened */
  of(place: Place): Source {
    const key = JSON.stringify(place);
    const known = this.#open.get(key);
    if (known) return known;
    const options = namespaceOf(place);
    if (this.#openKernel === undefined) throw new Error('the kernel source has not been loaded');
    const kernel = this.#openKernel(options);
    this.#open.set(key, kernel);
    return kernel;
  }

  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(all.map(kernel => kernel.close()));
  }
}

function namespaceOf(place: Place): Parameters<OpenKernel>[0] {
  switch (place.kind) {
    case 'netns':
      return { namespace: { name: place.name } };
    case 'pid':
      return { namespace: { pid: place.pid } };
    case 'kernel':
      return {};
    case 'file':
      throw refused('a snapshot has no such table, and cannot be changed', 'use kernel goes back to the kernel');
    case 'every_netns':
      throw refused('all network namespaces at once can be read by select only', 'name one: in netns blue');
    case 'ssh':
      throw refused(
        `another host's tables are not reached from here`,
        `run ctq there: ssh ${place.host} ctq …, or take a snapshot there and query it`,
      );
  }
}

const refused = (message: string, hint: string): CtqError =>
  new CtqError({ code: 'place', kind: 'statement', message, hint });
