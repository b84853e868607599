/**
 * Host names by reverse DNS, for `resolve`. Each address is looked up once, a few at a time; an answer that takes too long counts as
 * none.
 */
import { Resolver } from 'node:dns/promises';
import type { Names } from '../../engine/formats/writing/format.js';
import { formatAddress } from '../../lang/values/address.js';
import type { Address } from '../../lang/values/value.js';

/** Maximum number of answers that are kept; the oldest is dropped. */
const CAPACITY = 65_536;
/** Concurrent look-ups. */
const PARALLEL = 32;
/** In ms. */
const TIMEOUT = 1_500;

/** Looks up one address; undefined, or rejected, if it has no name. */
export type Lookup = (address: string) => Promise<string | undefined>;

export function dnsLookup(): Lookup {
  const resolver = new Resolver({ timeout: TIMEOUT, tries: 1 });
  return async address => (await resolver.reverse(address))[0];
}

export class ReverseNames implements Names {
  readonly #known = new Map<Address, string | undefined>();
  readonly #lookup: Lookup;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  nameOf(address: Address): string | undefined {
    return this.#known.get(address);
  }

  /** Looks up the addresses that are not known yet. Never rejects. */
  async learn(addresses: Iterable<Address>): Promise<void> {
    const unknown = [...new Set(addresses)].filter(address => !this.#known.has(address));
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < unknown.length) {
        const address = unknown[next++];
        let name: string | undefined;
        try {
          name = (await this.#lookup(formatAddress(address))) || undefined;
        } catch {
          // Without a name, the address itself is shown.
        }
        this.#remember(address, name);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, unknown.length) }, work));
  }

  #remember(address: Address, name: string | undefined): void {
    if (this.#known.size >= CAPACITY) {
      const [oldest] = this.#known.keys();
      this.#known.delete(oldest);
    }
    this.#known.set(address, name);
  }
}
