/** Errors of compressed files. */
import { CtqError } from '../../../errors.js';
import type { Compression } from './compressions.js';

/** Codes of errors. */
export const CUT_OFF = 'snapshot-cut-off';
export const DAMAGED = 'snapshot-damaged';

/** Whether compressed data ends too early, as a log does that is being written; all before the end was decompressed. */
export const isCutOff = (error: unknown): error is CtqError => error instanceof CtqError && error.code === CUT_OFF;

export const isDamaged = (error: unknown): boolean => error instanceof CtqError && error.code === DAMAGED;

/** For a file of which something was read. */
export const BEFORE_CUT = 'what comes before the cut was read';

export const cutOff = ({ name: compression }: Compression, name: string, cause?: unknown): CtqError =>
  new CtqError({
    code: CUT_OFF,
    kind: 'input',
    message: `${name} is cut off: its ${compression} data is incomplete`,
    hint: 'nothing before the cut can be decompressed',
    cause,
  });

export const damaged = ({ name: compression }: Compression, name: string, reason: string, cause?: unknown): CtqError =>
  new CtqError({
    code: DAMAGED,
    kind: 'input',
    message: `${name} is damaged: ${compression} cannot decompress it (${reason})`,
    cause,
  });

export const unsupported = ({ name: compression, program }: Compression, name: string): CtqError =>
  new CtqError({
    code: 'snapshot-compression',
    kind: 'input',
    message: `${name} is compressed with ${compression}, which this node (${process.version}) cannot decompress, and ${program} is not installed`,
    hint: `install ${program}, or decompress the file elsewhere`,
  });
