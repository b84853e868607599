import { AF_INET, AF_INET6 } from '../../ctnetlink/constants.js';
import { ParseError } from '../reading/parse-error.js';

/** The number of an address family. @throws ParseError */
export function familyOf(word: string): number {
  if (word !== 'ipv4' && word !== 'ipv6') throw new ParseError(`unknown family '${word.slice(0, 40)}'`);
  return word === 'ipv4' ? AF_INET : AF_INET6;
}
