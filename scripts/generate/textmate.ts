import {
  Address,
  Comment,
  Constant,
  Identifier,
  KEYWORDS,
  NumberLiteral,
  Reserved,
  Soft,
  Variable,
} from '../../grammar/tokens.js';

const source = (type: { PATTERN?: unknown }): string => (type.PATTERN as RegExp).source;
const words = (list: readonly string[]): string => `(?i)\\b(?:${[...list].sort().join('|')})\\b`;

/** Words that are keywords for a highlighter, which does not parse: the ones that are likelier keywords than names. */
const NAMES_MOSTLY = ['any', 'kernel', 'left', 'fields', 'settings', 'tables', 'zero', 'pid', 'count'];

/** A TextMate grammar for editors, made from the same tokens that the parser reads. */
export const textMateGrammar = () => ({
  $schema: 'https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json',
  name: 'ctq',
  scopeName: 'source.ctq',
  fileTypes: ['ctq'],
  firstLineMatch: '^#!.*\\bctq\\b',
  patterns: [
    { name: 'comment.line.ctq', match: source(Comment) },
    { name: 'comment.block.ctq', begin: '/\\*', end: '\\*/' },
    { name: 'string.quoted.single.ctq', begin: "'", end: "'(?!')", patterns: [{ match: "''" }] },
    { name: 'string.quoted.double.ctq', begin: '"', end: '"(?!")', patterns: [{ match: '""' }] },
    { name: 'variable.other.ctq', match: source(Variable) },
    { name: 'constant.other.address.ctq', match: source(Address) },
    { name: 'constant.numeric.ctq', match: source(NumberLiteral) },
    { name: 'variable.other.member.ctq', match: '\\b[A-Za-z_]\\w*(?:\\.[A-Za-z_]\\w*)+' },
    { name: 'constant.language.ctq', match: words(Object.keys(Constant)) },
    { name: 'keyword.operator.word.ctq', match: words(['and', 'or', 'not', 'in', 'between', 'like', 'is', 'has']) },
    {
      name: 'keyword.control.ctq',
      match: words([...Object.keys(Reserved), ...Object.keys(Soft).filter(word => !NAMES_MOSTLY.includes(word))]),
    },
    { name: 'support.other.ctq', match: words(KEYWORDS.filter(word => NAMES_MOSTLY.includes(word))) },
    // A kind of place: `in ssh 'gw1'`.
    { name: 'support.other.ctq', match: `(?i)(?<=\\bin\\s|\\buse\\s)\\w+(?=\\s*['"])` },
    { name: 'entity.name.function.ctq', match: `${source(Identifier)}(?=\\s*\\()` },
    { name: 'keyword.operator.ctq', match: '[-+*/%&|^~<>=!]+' },
  ],
});
