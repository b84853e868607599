import { RESERVED_WORDS } from './tokens.js';

const reserved: ReadonlySet<string> = new Set(RESERVED_WORDS);

/** Whether a text may stand as a name without quotes. */
export const isPlainWord = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text) && !reserved.has(text.toLowerCase());
