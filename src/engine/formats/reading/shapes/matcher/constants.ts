/** Numbers that `matcher.as.ts` and what uses it share. This file is compiled as TypeScript and as AssemblyScript. */

/** Notations of values. A number has no leading zeros. */
export const NUMBER = 1;
/** A number of up to 19 digits. */
export const WIDE = 2;
export const ADDRESS = 3;
/** `2026-11-24T11:07:43.745065956Z`, of one to nine digits after the second. */
export const ISO_TIME = 4;
/** `1795521600.123456`. */
export const EPOCH_TIME = 5;
/** `Tue Nov 24 09:27:23 2026`, in local time, up to a bracket. */
export const CTIME = 8;
/** Anything up to a separator; it has no meaning. */
export const WORD = 6;
/** Anything up to the line's end; it has no meaning. */
export const REST = 7;
/** Anything up to a quotation mark, without escapes; it has no meaning. */
export const TEXT = 9;
/** The end of the entry. */
export const END = 0;

/** Values of one entry. */
export const MAX_VALUES = 48;
/** The index of the time that is given from outside. */
export const OUTER_TIME = 48;

/** How entries follow each other: each ends with a line feed; with commas and spaces between them; with spaces, and the next tag. */
export const LINES = 0;
export const OBJECTS = 1;
export const ELEMENTS = 2;

/** What a shape does to make its message: to a sum, and to bytes of the message. */
export const SET = 0;
export const ADD = 1;
export const SET_BITS_IF_NUMBERS_DIFFER = 2;
export const SET_BITS_IF_ADDRESSES_DIFFER = 3;
export const PUT_SUM = 4;
export const PUT = 5;
export const PUT_HOST = 6;
export const PUT_ADDRESS = 7;
