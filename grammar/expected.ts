import { EOF, type IParserErrorMessageProvider, type TokenType, tokenLabel } from 'chevrotain';
import { Literal } from './tokens.js';

/** Longer lists help nobody. */
const MAX_LISTED = 5;

/** `'a'`, `'a' or 'b'`, `'a', 'b' or 'c'`. */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function firstTokens(paths: readonly (readonly TokenType[])[]): string {
  const types = paths.map(path => path[0]);
  // An expression begins in many ways, all of which mean this.
  if (types.includes(Literal)) return 'a value or a field';
  return oneOf([...new Set(types.map(tokenLabel))].slice(0, MAX_LISTED));
}

/** Says only what was expected, in the reader's words; where, and after what, is added by those who know the text. */
export const errorMessages: IParserErrorMessageProvider = {
  // At the end of a statement much may follow; what, only those can say who look at the whole grammar.
  buildMismatchTokenMessage: ({ expected }) => (expected === EOF ? '' : tokenLabel(expected)),
  buildNotAllInputParsedMessage: () => '',
  buildNoViableAltMessage: ({ expectedPathsPerAlt, customUserDescription }) =>
    customUserDescription ?? firstTokens(expectedPathsPerAlt.flat()),
  buildEarlyExitMessage: ({ expectedIterationPaths, customUserDescription }) =>
    customUserDescription ?? firstTokens(expectedIterationPaths),
};
