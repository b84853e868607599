import { EOF, type IParserErrorMessageProvider, type TokenType, tokenLabel } from 'chevrotain';
import { Literal } from './tokens.js';

/** Alternatives listed in a message. */
const MAX_LISTED = 5;

/** `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`. */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function firstTokens(paths: readonly (readonly TokenType[])[]): string {
  const types = paths.map(path => path[0]);
  // An expression has many first tokens; all mean this.
  if (types.includes(Literal)) return 'a value or a field';
  return oneOf([...new Set(types.map(tokenLabel))].slice(0, MAX_LISTED));
}

/** Words only what was expected; callers, who have the text, add where and after what. */
export const errorMessages: IParserErrorMessageProvider = {
  // What may follow a complete statement is computed by callers from the whole grammar.
  buildMismatchTokenMessage: ({ expected }) => (expected === EOF ? '' : tokenLabel(expected)),
  buildNotAllInputParsedMessage: () => '',
  buildNoViableAltMessage: ({ expectedPathsPerAlt, customUserDescription }) =>
    customUserDescription ?? firstTokens(expectedPathsPerAlt.flat()),
  buildEarlyExitMessage: ({ expectedIterationPaths, customUserDescription }) =>
    customUserDescription ?? firstTokens(expectedIterationPaths),
};
