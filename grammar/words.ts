import { NAMESPACE_PATTERN, RESERVED_WORDS } from './tokens.js';

const reserved: ReadonlySet<string> = new Set(RESERVED_WORDS);

/** Whether a text can be written as a name without quotes. */
export const isPlainWord = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text) && !reserved.has(text.toLowerCase());

const namespace = new RegExp(`^${NAMESPACE_PATTERN.source}$`);

/** Whether the name of a network namespace can be written without quotes. */
export const isPlainNamespace = (text: string): boolean => namespace.test(text);
