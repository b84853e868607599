import type { EditorLanguage } from '../editor-language.js';

/** Bracketed paste (xterm): the terminal marks the beginning and the end of what is pasted. */
export const PASTE_MARKS = { on: '\x1b[?2004h', off: '\x1b[?2004l' } as const;

/**
 * Appends a paste to the line, up to the end of its first statement. The last statement of a paste needs no semicolon.
 * @returns what is to be pasted after that statement has run; undefined if none ends in the paste
 */
export function pasteAtEnd(
  line: { readonly text: string; set(text: string): void },
  text: string,
  reading: Pick<EditorLanguage, 'isWhole' | 'isComplete'>,
): string | undefined {
  for (let rest = text; ; ) {
    const end = rest.indexOf('\n');
    line.set(line.text + (end < 0 ? rest : rest.slice(0, end)));
    if (end < 0) return undefined;
    rest = rest.slice(end + 1);
    const isLast = rest.trim() === '';
    if (line.text.trim() === '') line.set('');
    else if (isLast ? reading.isComplete(line.text) : reading.isWhole(line.text, true)) return isLast ? '' : rest;
    else line.set(`${line.text}\n`);
  }
}
