import type { CtqError } from '../errors.js';

/** The header of a request, read from its bytes. */
export interface RequestHeader {
  readonly type: number;
  readonly flags: number;
}

/** The attributes that identify the entries of a dump. */
export interface Identity {
  /** Its value of 32 bits; two entries may have the same. */
  readonly id: number;
  /** Attributes that differ where two entries have the same id. */
  readonly others: readonly number[];
}

/** What the transport must know about the messages that it carries. */
export interface Protocol {
  /** What a request does, in the infinitive, for error messages. */
  operationOf(request: RequestHeader): string;
  /** Undefined for dumps whose messages have no identity. */
  identityOf(dump: RequestHeader): Identity | undefined;
  /** A request that reads, and needs the same privilege as every other. */
  readonly probe: Uint8Array;
  /** What EPERM means for a request where the privilege is not missing; undefined if it means nothing else. */
  refusal(request: RequestHeader): CtqError | undefined;
}
