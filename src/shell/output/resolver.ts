/**
 * Names for addresses, by reverse DNS: only with `resolve`. Rows wait in batches for the names that they need; each
 * address is asked for once, a few at a time, and an answer that takes too long counts as none.
 */
import { Resolver } from 'node:dns/promises';
import type { Names } from '../../engine/formats/writing/format.js';
import { formatAddress } from '../../lang/values/address.js';
import type { Address } from '../../lang/values/value.js';

/** Answers kept; the oldest makes room. */
const CAPACITY = 65_536;
/** Questions at a time. */
const PARALLEL = 32;
/** ms. */
const TIMEOUT = 1_500;

/** Looks one address up; undefined (or a rejection) where it has no name. */
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

  /** Asks for all that are not known yet, and waits. Never rejects. */
  async learn(addresses: Iterable<Address>): Promise<void> {
    const wanted = [...new Set(addresses)].filter(address => !this.#known.has(address));
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < wanted.length) {
        const address = wanted[next++];
        let name: string | undefined;
        try {
          name = (await this.#lookup(formatAddress(address))) || undefined;
        } catch {
          // No name, no answer: the address itself is shown.
        }
        this.#remember(address, name);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, wanted.length) }, work));
  }

  #remember(address: Address, name: string | undefined): void {
    if (this.#known.size >= CAPACITY) {
      const [oldest] = this.#known.keys();
      this.#known.delete(oldest);
    }
    this.#known.set(address, name);
  }
}
