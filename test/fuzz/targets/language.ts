import fc from 'fast-check';
import { KEYWORDS } from '../../../grammar/tokens.js';
import { check, type Variables } from '../../../src/lang/check/check.js';
import { report } from '../../../src/lang/diagnostics/report.js';
import { print } from '../../../src/lang/print/print.js';
import { complete } from '../../../src/lang/services/completion/complete.js';
import { tokenize } from '../../../src/lang/services/highlight.js';
import { isComplete, parse, parseExpression } from '../../../src/lang/syntax/parse.js';
import { splitPipe } from '../../../src/shell/interactive/viewing/split-pipe.js';
import { arbitraryStatement } from '../../kit/arbitrary-ast.js';
import { ENVIRONMENT } from '../../kit/environment.js';
import { memoryQueries } from '../../kit/named-queries.js';
import { property, type Target } from '../harness.js';
import { HOSTILE, mutated } from '../mutations.js';

/** Statements that mean something, of every kind. */
const STATEMENTS = [
  "select distinct src as a, sum(bytes) / 2 from conntrack in netns blue where src in (10.0.0.0/8, ::1, 'x') and not (dport between 1 and 5) group by a having sum(bytes) > 10MiB order by 2 desc limit 5 offset 1 output json, id to 'f'",
  'watch from conntrack on new, destroy where status has any (ASSURED, SRC_NAT) and mark & 0xff = 0x12 every 10s for 1h until count(*) > 5',
  "select c.src, h.name from conntrack c left join 'hosts.csv' h on c.src = h.ip where labels has (bulk, 5) and helper like 'f_p%'",
  "insert into conntrack set proto = tcp, src = 1.2.3.4, dst = 5.6.7.8, sport = 1, dport = https, state = ESTABLISHED, timeout = 1h30m, status = 'ASSURED'",
  'update conntrack set mark = mark | 0xff00, timeout += 5m where src = fe80::/10 limit 3',
  'delete from expect where master.dport = 21 and tcp.orig.wscale is not null;',
  'explain analyze get from conntrack where proto = icmp and icmp_id = 5 zero',
  "let $x = (select src from conntrack); assert $x > 5, 'no'; echo now() - 5m, net(10.1.2.3, 8); use netns 'a b'; set color = never",
  "select from 'a.save' except select from conntrack; include 'x.ctq'; show fields from sysctl; help select; flush conntrack in pid 5",
].map(text => Buffer.from(text));

const PIECES = [
  ...KEYWORDS,
  '10.0.0.1',
  '::1',
  '1h',
  '$x',
  '(',
  ')',
  ',',
  ';',
  '/*',
  "'",
  '"',
  '..',
  '~',
  '&',
  '[',
  ']',
  '§',
];

/** Everything that reads a text: nothing of it may throw, and what it says of places must be true. */
function readAll(text: string): void {
  const { statements, damaged, diagnostics } = parse(text);
  const variables: Variables = new Map();
  const queries = memoryQueries();
  const found = [...diagnostics];
  for (const statement of [...statements, ...damaged]) {
    found.push(...check(statement, ENVIRONMENT, variables, undefined, queries).diagnostics);
  }
  for (const { span, message } of found) {
    if (!(span.start >= 0 && span.end >= span.start && span.end <= text.length)) throw new Error(`span of ${message}`);
    if (message === '' || /undefined|NaN|\[object/.test(message.replace(text, ''))) throw new Error(message);
  }
  const told = report(text, found, { color: false, width: 80 });
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(told))
    throw new Error(`control codes in ${JSON.stringify(told)}`);
  for (const statement of statements) {
    const printed = print(statement);
    if (parse(printed).diagnostics.length > 0) throw new Error(`what was printed is wrong: ${printed}`);
  }
  parseExpression(text);
  isComplete(text);
  tokenize(text);
  splitPipe(text);
  for (const part of [0.3, 0.7, 1]) {
    const cursor = Math.floor(part * text.length);
    const { start, end } = complete(text, cursor, { environment: ENVIRONMENT, variables: ['x'] });
    if (!(start >= 0 && end >= start && end <= text.length)) throw new Error('the place of a completion');
  }
}

const soup = fc
  .tuple(
    fc.array(fc.oneof(fc.constantFrom<string>(...PIECES, ...HOSTILE), fc.string({ unit: 'binary', maxLength: 5 })), {
      maxLength: 25,
    }),
    fc.constantFrom(' ', ''),
  )
  .map(([pieces, glue]) => pieces.join(glue));

const text = fc.oneof(
  { weight: 4, arbitrary: mutated(STATEMENTS).map(bytes => Buffer.from(bytes.subarray(0, 6000)).toString('utf8')) },
  { weight: 2, arbitrary: arbitraryStatement.map(statement => print(statement)) },
  { weight: 2, arbitrary: soup },
);

export const language: Target = {
  name: 'language',
  what: 'texts: statements damaged, random ones, soups of words; lexer, parser, checker, printer, report, completion, highlighting',
  runs: 120,
  property: () => property(text, readAll),
};
