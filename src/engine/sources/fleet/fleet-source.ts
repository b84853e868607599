import type { Source } from '../source.js';
import type { Link } from './links/link.js';
import type { FleetOptions } from './options.js';
import { SeveralHosts } from './several-hosts.js';

/** A member of a fleet, and how to ask it. */
export interface AskedMember {
  readonly name: string;
  /** For queries that it executes. */
  readonly link: Link;
  /** For its kernel's messages. */
  readonly source: Source;
  /** It need not have a ctq that answers queries: then its tables are read. */
  readonly isAnyHost?: boolean;
  /** It needs no process of its own while it is watched. */
  readonly isLight?: boolean;
}

/** The members of a fleet as one source. */
export class FleetSource extends SeveralHosts {
  readonly #close: () => Promise<void>;

  constructor(
    readonly members: readonly AskedMember[],
    readonly options: () => FleetOptions,
    close: () => Promise<void>,
  ) {
    super(members, options);
    this.#close = close;
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#close();
  }
}
