import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from '../../../src/lang/syntax/parse.js';
import { marked } from '../../kit/marked.js';

const test = suite('syntax errors');

/** The text with its mistakes marked, and of each: code, message and, where it matters, hint. */
type Mistake = readonly [code: string, message: string, hint?: string];
const TABLE_WANTED = "expected a table name or a 'file' after 'from'";

const CASES: readonly (readonly [string, ...Mistake[]])[] = [
  // what is missing
  ['select from«»', ['syntax', TABLE_WANTED]],
  ['select from«» ; ', ['syntax', TABLE_WANTED]],
  ['select from «where» x = 1', ['syntax', TABLE_WANTED]],
  ['select src«»', ['syntax', "expected 'from' after 'src'"]],
  ['select src,«»', ['syntax', "expected a value or a field after ','"]],
  ['select from a where«»', ['syntax', "expected a value or a field after 'where'"]],
  ['select from a where src =«»', ['syntax', "expected a value or a field after '='"]],
  ['select from a where (x = 1«»', ['syntax', "expected ')' after '1'"]],
  ['select from a where x in«»', ['syntax', "expected a list in parentheses, a network or a $variable after 'in'"]],
  ['select from a where x in («»', ['syntax', "expected a value, a list or a select after '('"]],
  ['select from a where x in («)»', ['syntax', "expected a value, a list or a select after '('"]],
  ['select from a where x in (1,«)»', ['syntax', "expected a value after ','"]],
  ['select from a where x between 1«»', ['syntax', "expected 'and' after '1'"]],
  ['select from a where x not«»', ['syntax', "expected 'in', 'like', 'between' or 'has' after 'not'"]],
  ['select from a where s has«»', ['syntax', "expected the name of a flag, or several in parentheses after 'has'"]],
  ['select from a where s is«»', ['syntax', "expected 'null' or an address class, such as 'private' after 'is'"]],
  ['select from a group «src»', ['syntax', "expected 'by' after 'group'"]],
  [
    'select from a in «blue»',
    ['syntax', "expected 'netns', 'pid', 'ssh', 'fleet', 'file', 'history' or 'kernel' after 'in'"],
  ],
  ['select from a in netns«»', ['syntax', "expected the name of a network namespace, or '*' for all after 'netns'"]],
  ['select from a in ssh «gw1»', ['syntax', "expected a 'user@host' in quotes after 'ssh'"]],
  ['select from a output json to «x»', ['syntax', "expected a 'file' in quotes after 'to'"]],
  ['select a as «from» from t', ['syntax', "expected a new name after 'as'", "'from' is a reserved word"]],
  ['select a.«,» b from t', ['syntax', "expected a name after '.'"]],
  ['delete «conntrack»', ['syntax', "expected 'from' after 'delete'"]],
  ['insert «conntrack»', ['syntax', "expected 'into' after 'insert'"]],
  ['insert into conntrack«»', ['syntax', "expected 'set' or 'from' after 'conntrack'"]],
  ['insert into a set b = 1 on conflict «drop»', ['syntax', "expected 'ignore' or 'update' after 'conflict'"]],
  ['update conntrack «where» x = 1', ['syntax', "expected 'set' after 'conntrack'"]],
  ['update conntrack set mark «5»', ['syntax', "expected '=' after 'mark'"]],
  ['let «5» = 3', ['syntax', "expected a name for the variable after 'let'"]],
  [
    'let x = «select» src from a',
    ['syntax', "expected a value or a field after '='", 'put a subquery in parentheses: (select …)'],
  ],
  ['include «x»', ['syntax', "expected a 'file' in quotes after 'include'"]],
  ['echo«»', ['syntax', "expected a value or a field after 'echo'"]],
  ['set «5» = 1', ['syntax', "expected the name of a setting after 'set'"]],
  ['use«»', ['syntax', "expected 'netns', 'pid', 'ssh', 'fleet', 'file', 'history' or 'kernel' after 'use'"]],
  ['assert a, «b»', ['syntax', "expected a 'message' in quotes after ','"]],
  [
    'show«»',
    [
      'syntax',
      "expected 'tables', 'fields from …', 'fleet', 'history', 'settings', 'variables' or 'queries' after 'show'",
    ],
  ],
  [
    'explain «help»',
    ['syntax', "expected a statement that reads or changes entries, such as 'select' or 'delete' after 'explain'"],
  ],
  ['«5»', ['syntax', "expected a statement, such as 'select', 'watch' or 'help'"]],
  // what is too much
  [
    'select from a b «blah»',
    ['syntax', "expected a clause such as 'left', 'join' or the end of the statement after 'b'"],
  ],
  ['select from a where x = 1«)»', ['syntax', "unmatched ')'"]],
  [
    'select from a where a < b «<» c',
    [
      'syntax',
      "expected an operator, a clause such as 'group', 'having' or the end of the statement after 'b'",
      'comparisons do not chain: a < b and b < c',
    ],
  ],
  ['select from a limit 5 «where» x', ['syntax', "'where' must come before 'limit'"]],
  ['select from a where x «where» y', ['syntax', "duplicate 'where'"]],
  ['select a,«,» b from t', ['syntax', "expected a value or a field after ','", 'remove one comma']],
  ['select from a «output json» except select from b', ['clause', "'output' must follow the last select"]],
  // misspelt
  ['select from a «wehre» x = 1', ['syntax', "expected 'where', got 'wehre'", 'did you mean `where`?']],
  ['select «fron» a', ['syntax', "expected 'from', got 'fron'", 'did you mean `from`?']],
  ['«slect» from a', ['syntax', "expected 'select', got 'slect'", 'did you mean `select`?']],
  ['select from a «ordr» by x', ['syntax', "expected 'order', got 'ordr'", 'did you mean `order`?']],
  ['select from a order by x «dsec»', ['syntax', "expected 'desc', got 'dsec'", 'did you mean `desc`?']],
  // several at once
  [
    'select from«»; select from a «limt» 5; «foo»',
    ['syntax', TABLE_WANTED],
    ['syntax', "expected 'limit', got 'limt'"],
    ['syntax', "expected a statement, such as 'select', 'watch' or 'help'"],
  ],
  [
    'select from a where x = «=» 3 limit «order» by y',
    ['syntax', "expected a value or a field after '='"],
    ['syntax', "expected a value or a field after 'limit'"],
  ],
  [
    'select from a «wehre» x = 1 «grup» by y',
    ['syntax', "expected 'where', got 'wehre'"],
    ['syntax', "expected 'group', got 'grup'"],
  ],
  [
    'select from a where src = 10.0.0.«256» and x = «=» 1',
    ['literal.address', '10.0.0.256: 256 is not an octet'],
    ['syntax', "expected a value or a field after '='"],
  ],
  // what the lexer cannot read
  ['select from a where x «?» 1', ['lex.character', "unexpected '?'"]],
  ['echo «“»a«”»', ['lex.character', "unexpected '“'", 'quotes are \' or "'], ['lex.character', "unexpected '”'"]],
  [
    'select from «limit» where x',
    ['syntax', "expected a table name or a 'file' after 'from'", "'limit' is a reserved word"],
  ],
  ['echo a «\u0007»', ['lex.character', 'unexpected character U+0007']],
  [
    'select from a where x = 1 «&&» «!»y',
    ['lex.character', "use 'and' instead of '&&'"],
    ['lex.character', "use 'not' instead of '!'"],
  ],
  ["echo «'»abc\n; select from«»", ['lex.string', "missing closing '"], ['syntax', TABLE_WANTED]],
  ['echo 1 «/*» abc', ['lex.comment', 'unterminated comment']],
  [
    `echo ${'('.repeat(100)}«(»1`,
    ['syntax.depth', 'nested too deeply: more than 100 levels', 'use let to name the parts'],
  ],
  [`echo «1${' + 1'.repeat(201)}»`, ['syntax.depth', 'nested too deeply: more than 200 levels']],
];

for (const [written, ...expected] of CASES) {
  const { text, spans } = marked(written);
  test(written.slice(0, 80), () => {
    const { statements, diagnostics } = parse(text);
    assert.equal(
      diagnostics.map(({ code, message, span }) => [code, message, text.slice(span.start, span.end), span.start]),
      expected.map(([code, message], i) => [code, message, text.slice(spans[i].start, spans[i].end), spans[i].start]),
    );
    expected.forEach(([, , hint], i) => {
      if (hint !== undefined) assert.is(diagnostics[i].hint, hint);
    });
    assert.ok(statements.length < text.split(';').length, 'a statement with a mistake is no statement');
  });
}

test('statements without a mistake are read together with those with one', () => {
  const { statements, diagnostics } = parse('echo 1; select from; echo 2; echo 10.0.0.256; echo ?; echo 3');
  assert.equal(
    statements.map(statement => statement.kind === 'echo' && (statement.values[0] as { text: string }).text),
    ['1', '2', '3'],
  );
  assert.is(diagnostics.length, 3);
});

test('a text full of mistakes is not read to its end', () => {
  const { diagnostics } = parse('select from;'.repeat(5000));
  assert.is(diagnostics.length, 100);
});

test.run();
