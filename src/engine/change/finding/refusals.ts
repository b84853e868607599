/** Why a change cannot rely on its condition, and what to do. */

/** Receives the message and its hint. */
export type RefuseList = (message: string, hint: string) => void;

export const EMPTY = 'leave the condition out if that is meant; a select with it shows the entries';

/** Of a file with a part that cannot be read. */
export const CORRECT =
  'a change reads its lists from whole files only: correct the file; a select shows what can be read of it';
