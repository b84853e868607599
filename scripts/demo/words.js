/** How the tours write. */

const isTerminal = process.stdout.isTTY === true;

/** @param {string} codes @param {string} text */
export const styled = (codes, text) =>
  isTerminal && !process.env.NO_COLOR ? `\u001b[${codes}m${text}\u001b[0m` : text;

/** The title of a stop. @param {number} number @param {string} text */
export const title = (number, text) => console.log(`\n${styled('1;36', `${number}.`)} ${styled('1', text)}\n`);

/** Wraps a command to the width of the terminal. @param {string} command */
export function wrapped(command) {
  const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
  let column = 2;
  return command
    .split(' ')
    .map((word, i) => {
      const fits = column + word.length < width;
      column = (fits ? column : 6) + word.length + 1;
      return (i === 0 ? '' : fits ? ' ' : '\n      ') + word;
    })
    .join('');
}
