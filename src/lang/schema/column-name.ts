/** Makes a name that can be written in a statement of a column's heading in a file. */

/** The accents of letters, once they are taken apart. */
const ACCENTS = /\p{M}+/gu;

/** A part of a name, between dots, as a word: other characters are one `_`, none at its ends. */
function wordOf(part: string): string {
  const word = part.replace(/^[^\w]+|[^\w]+$/g, '').replace(/[^\w]+/g, '_');
  return /^\d/.test(word) ? `_${word}` : word;
}

const PLAIN = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** A name of a file as words with dots between them; empty if there is no letter or digit in it. */
export const columnName = (name: string): string =>
  PLAIN.test(name) ? name : name.normalize('NFD').replace(ACCENTS, '').split('.').map(wordOf).filter(Boolean).join('.');
