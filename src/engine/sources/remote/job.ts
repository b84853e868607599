import type { ErrorDetails } from '../../errors.js';

/** A job for the remote side; one line of JSON on its standard input. */
export type Job =
  /** `request` is a netlink message in base 64. */
  | { readonly kind: 'dump' | 'exchange'; readonly request: string }
  | {
      readonly kind: 'listen';
      readonly groups: readonly number[];
      readonly receiveBuffer?: number;
      /** Programs of a `ListenFilter`, in base 64. */
      readonly filter?: readonly string[];
    }
  /** `query` is a job of a fleet in JSON. */
  | { readonly kind: 'query'; readonly query: string };

/** How a job ended. */
export interface Ending {
  readonly repeats?: number;
  readonly interrupted?: boolean;
  readonly error?: ErrorDetails;
}

export interface Subscribed {
  readonly receiveBuffer: number;
  readonly requestedBuffer: number;
  /** Why its kernel does not filter events. */
  readonly unfiltered?: ErrorDetails;
}

/** On standard input after the job: end the subscription, and send what was queued. */
export const FINISH = 'finish';

export const BYTE_ORDER = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'little' : 'big';

/** The line before the frames. Anything before it was written by login scripts. */
export const GREETING = `ctq-relay 1 ${BYTE_ORDER}`;
