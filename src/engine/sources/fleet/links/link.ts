import { CtqError } from '../../../errors.js';
import type { EventStream } from '../../../netlink/messages/streams.js';
import { type MemberFrame, OTHER_VERSION, otherVersion, type QueryJob, type Totals } from '../protocol/protocol.js';

export interface AskOptions {
  /** What the member must understand the query as. */
  readonly shape: string;
  /** How long (ms) it may work. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
  /** Called when the way to the member is there, and the question is about to be sent. */
  asking?(): void;
  /** Called when there is more than a small part: the rest is asked for when it is fulfilled. */
  collect?(): Promise<void>;
  /** Called when the member has accepted the query. */
  begun?(frame: Extract<MemberFrame, { kind: 'begin' }>): void;
}

/** A way to one member. */
export interface Link {
  /**
   * Sends a query and gives the parts of the answer in order, each once.
   * @returns the totals, after the last part
   * @throws CtqError if the member does not answer to the end, with the reason; the signal's reason
   */
  ask(job: QueryJob, options: AskOptions): AsyncGenerator<Uint8Array, Totals, undefined>;
}

/** A way to a member that also sends its events. */
export interface ListeningLink extends Link {
  /** The events of a watch. Nothing is thrown before they are read. */
  listen(job: QueryJob, options: Pick<AskOptions, 'shape' | 'begun'>): EventStream;
}

/** The code of an error: there is no ctq. */
export const NO_CTQ = 'fleet-program';

/** Whether an error says that there is no ctq, or none that understands the question. */
export const isUnable = (error: unknown): boolean =>
  error instanceof CtqError && (error.code === NO_CTQ || error.code === OTHER_VERSION);

/** Why a member did not answer. */
export const memberError = (code: string, reason: string, hint?: string): CtqError =>
  new CtqError({ code, kind: 'system', message: reason, hint });

export const notDone = (deadline: number): CtqError =>
  memberError(
    'fleet-deadline',
    `not done after ${deadline / 1000} s`,
    `set fleet_deadline = ${Math.ceil((deadline * 3) / 1000)}s waits longer`,
  );

export const noAnswer = (): CtqError => memberError('fleet-silent', 'does not answer');

/** @throws CtqError if the member understands the query as another one */
export function checkBegin(frame: MemberFrame, { shape, begun }: Pick<AskOptions, 'shape' | 'begun'>): void {
  if (frame.kind === 'error') throw frame.error;
  if (frame.kind !== 'begin') throw otherVersion();
  if (frame.shape !== shape) throw otherVersion(frame.version);
  begun?.(frame);
}
