import { extentOf, gatewaysOf } from '../../../engine/sources/history/files/extent.js';
import { isServer } from '../../../lang/schema/history-server.js';
import type { Recorded } from '../../../lang/services/completion/candidate.js';

/** Maximum wait (ms) after Tab for the answer of a server: what comes later is offered at the next Tab. */
const PATIENCE = 400;
/** Milliseconds after which a server is not waited for at all. */
const LONGEST = 5000;
/** Milliseconds for which an answer is good. */
const FRESH = 60_000;

interface Asked {
  /** When the server was asked. */
  readonly time: number;
  recorded?: Recorded;
}

async function askServer(store: string): Promise<Recorded | undefined> {
  const { recordedAt } = await import('../../../engine/sources/history/read-overview.js');
  return recordedAt(store, AbortSignal.timeout(LONGEST));
}

/** What histories have recorded: folders are read at each Tab, servers are asked once a minute. */
export class RecordedHistories {
  readonly #asked = new Map<string, Asked>();
  #asking: Promise<void>[] = [];

  /** Of a server, what it has answered so far. Of a history that cannot be read, nothing. */
  of(store: string): Recorded | undefined {
    if (isServer(store)) return this.#ofServer(store);
    try {
      const extent = extentOf(store);
      return extent && { ...extent, gateways: gatewaysOf(store) };
    } catch {
      return undefined;
    }
  }

  #ofServer(store: string): Recorded | undefined {
    let asked = this.#asked.get(store);
    if (asked === undefined || performance.now() - asked.time > FRESH) {
      const fresh: Asked = { time: performance.now(), recorded: asked?.recorded };
      this.#asked.set(store, fresh);
      this.#asking.push(
        askServer(store).then(
          recorded => {
            fresh.recorded = recorded;
          },
          () => {},
        ),
      );
      asked = fresh;
    }
    return asked.recorded;
  }

  /** Waits a moment for the servers that `of` has asked. @returns whether there was one */
  async settled(): Promise<boolean> {
    if (this.#asking.length === 0) return false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, PATIENCE);
    });
    await Promise.race([Promise.all(this.#asking), late]);
    clearTimeout(timer);
    this.#asking = [];
    return true;
  }
}
