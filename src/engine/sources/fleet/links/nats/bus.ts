/** What is used of a message server. */
export interface Bus {
  /**
   * Sends a request and waits for its answer.
   * @throws CtqError `fleet-not-connected` if no one listens to the subject, `fleet-silent` if there is no answer in time, or another
   */
  request(subject: string, bytes: Uint8Array, ms: number): Promise<Uint8Array>;
  /**
   * Answers requests.
   * @param answer gets the bytes, the subject, and who asks as far as the server guarantees it; undefined: no answer
   * @param heard called with whether the server lets this user read the subject. One that it does not is tried again.
   */
  serve(subject: string, answer: Answerer, heard?: (isAllowed: boolean) => void): void;
  publish(subject: string, bytes: Uint8Array): void;
  /** The time that a request to the server takes, in ms. */
  roundTrip(): Promise<number>;
  /** It does not connect again. */
  readonly isClosed: boolean;
  close(): Promise<void>;
}

export type Answerer = (bytes: Uint8Array, subject: string, requester: string) => Promise<Uint8Array | undefined>;

/** The subject of the queries of a member. */
export const querySubject = (member: string): string => `ctq.v1.query.${member}`;
/** The same of any version: those of another one are answered too. */
export const anyQuerySubject = (member: string): string => `ctq.*.query.${member}`;
/** The subject on which the parts of its answers are asked for. */
export const partSubject = (member: string): string => `ctq.v1.part.${member}`;
