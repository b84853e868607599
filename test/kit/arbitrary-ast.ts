import fc from 'fast-check';
import { KEYWORDS, RESERVED_WORDS } from '../../grammar/tokens.js';
import { Diagnostics } from '../../src/lang/diagnostics/diagnostic.js';
import type {
  CommonTable,
  CompoundStatement,
  Expr,
  Join,
  Limit,
  ListExpr,
  LiteralExpr,
  Name,
  NameExpr,
  OrderItem,
  Output,
  Projection,
  QueryExpr,
  QueryTable,
  RangeExpr,
  SelectStatement,
  SetOperator,
  SourceRef,
  TableName,
  TableRef,
  VariableExpr,
  WithStatement,
} from '../../src/lang/syntax/ast.js';
import { type LiteralForm, quote, readLiteral } from '../../src/lang/syntax/literals/literal.js';
import type { Assignment, Statement } from '../../src/lang/syntax/statements.js';

/** The depth of a tree, through expressions and queries. */
const DEPTH = 'tree';

/** Random trees, of every kind of node, that a text could have made. Spans are all 0: compare with `withoutSpans`. */
const at = { start: 0, end: 0 };

const reserved = new Set(RESERVED_WORDS);
/** `case` and `when` are names too, but not everywhere beside a real `case`. */
const soft = KEYWORDS.filter(word => !reserved.has(word) && word !== 'case' && word !== 'when');

/** Names, soft keywords among them. */
const wordText = fc.oneof(
  fc.constantFrom('src', 'dst', 'dport', 'state', 'zone', 'ESTABLISHED', 'tcp', 'a', '_x', 'start', 'conntrack'),
  fc.constantFrom(...soft),
  fc
    .stringMatching(/^[a-z_]\w{0,6}$/)
    .filter(word => !reserved.has(word.toLowerCase()) && !/^(case|when)$/i.test(word)),
);
const name = wordText.map((text): Name => ({ text, ...at }));
const pathText = fc
  .tuple(wordText, fc.array(fc.oneof(wordText, fc.constantFrom(...KEYWORDS)), { maxLength: 2 }))
  .map(([first, rest]) => [first, ...rest].join('.'));
const text = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("it's", '"', '', "''", 'a;b', 'x\ny', '--', '/*'));
/** The name of a column or table that the user makes up; in quotes where it is not a word. */
const newName = fc.oneof(wordText, text).map((made): Name => ({ text: made, ...at }));

// ---------------------------------------------------------------- expressions

const literal = (form: LiteralForm) => (written: string) => {
  const diagnostics = new Diagnostics();
  const made: LiteralExpr = readLiteral(form, written, at, diagnostics);
  if (diagnostics.hasErrors) throw new Error(`not a literal: ${written}`);
  return made;
};

const octet = fc.integer({ min: 0, max: 255 });
const number = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  fc.nat().map(n => `0x${n.toString(16)}`),
  fc.constantFrom('1.5', '10MiB', '2k', '3Ki', '1.5M', '90s', '1h30m', '250ms', '2d', '1w', '0.5h', '007'),
);
const address = fc.oneof(
  fc.tuple(octet, octet, octet, octet).map(parts => parts.join('.')),
  fc.constantFrom('::1', '::', 'dead:beef::1', '::ffff:1.2.3.4', '2001:DB8::1', '10.0.0.0/8', 'fe80::/10', '::/0'),
  fc.constantFrom('10.0.0.1:80', '[2001:db8::1]:80', '0.0.0.0/0', '1.2.3.4/32'),
);

const literals: fc.Arbitrary<LiteralExpr> = fc.oneof(
  number.map(literal('number')),
  address.map(literal('address')),
  text.map(quote).map(literal('text')),
  fc.constantFrom('true', 'false', 'null').map(literal('word')),
);
const variable = wordText.map((made): VariableExpr => ({ kind: 'variable', name: made, ...at }));
const nameExpr = pathText.map((made): NameExpr => ({ kind: 'name', text: made, ...at }));
const wordExpr = wordText.map((made): NameExpr => ({ kind: 'name', text: made, ...at }));

const flagName: fc.Arbitrary<Expr> = fc.oneof(
  wordExpr,
  variable,
  text.map(quote).map(literal('text')),
  number.map(literal('number')),
);

const few = <T>(arbitrary: fc.Arbitrary<T>, minLength = 1): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength, maxLength: 3 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

function fixed<T extends object>(values: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fc.constant(value)])) as never;
}

/** A node of a kind, from arbitraries of its parts. */
function node(parts: { kind: string } & Record<string, unknown>): fc.Arbitrary<object> {
  const { kind, ...rest } = parts;
  return fc.record({ kind: fc.constant(kind), ...(rest as Record<string, fc.Arbitrary<unknown>>), ...fixed(at) });
}

// ---------------------------------------------------------------- clauses

const star: Projection = { expr: { kind: 'name', text: '*', ...at }, ...at };
const projection = (of: fc.Arbitrary<Expr>): fc.Arbitrary<Projection[]> =>
  fc.oneof(
    fc.constant<Projection[]>([]),
    fc.constant<Projection[]>([star]),
    few(fc.record<Projection>({ expr: of, alias: maybe(newName), ...fixed(at) })),
  );

const plainTable = name.map((made): TableName => ({ kind: 'table', name: made, ...at }));
const table: fc.Arbitrary<TableRef> = fc.oneof(
  fc.record({ kind: fc.constant('table' as const), name, alias: maybe(newName), ...fixed(at) }),
  fc.record({ kind: fc.constant('file' as const), path: text, alias: maybe(newName), ...fixed(at) }),
);

const pid: fc.Arbitrary<Expr> = fc.oneof(fc.nat().map(String).map(literal('number')), variable);
const source: fc.Arbitrary<SourceRef> = fc.oneof(
  fc
    .oneof(wordText, text, fc.constantFrom('blue-1', '10-test', 'a.b', 'cni-5e3f', '-x', '*', 'a b'))
    .map((made): SourceRef => ({ kind: 'netns', name: made === '*' ? '*' : { text: made, ...at }, ...at })),
  pid.map((made): SourceRef => ({ kind: 'pid', pid: made, ...at })),
  fc
    .tuple(fc.constantFrom('ssh', 'file', 'another'), text)
    .map(([word, made]): SourceRef => ({ kind: 'quoted', word: { text: word, ...at }, text: made, ...at })),
  fc.constant<SourceRef>({ kind: 'kernel', ...at }),
  few(newName, 0).map((names): SourceRef => ({ kind: 'fleet', names, ...at })),
  few(newName).map((names): SourceRef => ({ kind: 'listed', word: { text: 'ssh', ...at }, names, ...at })),
);

const join = (of: fc.Arbitrary<Expr>) => fc.record<Join>({ table, on: maybe(of), outer: fc.boolean(), ...fixed(at) });
const limit = (of: fc.Arbitrary<Expr>) => fc.record<Limit>({ count: of, offset: maybe(of), ...fixed(at) });
const order = (of: fc.Arbitrary<Expr>) =>
  fc
    .record<OrderItem>({ expr: of, descending: fc.boolean(), ...fixed(at) })
    .chain(made => fc.constantFrom<OrderItem>(made, { ...made, nullsFirst: true }));
const output = (of: fc.Arbitrary<Expr>) =>
  fc.record<Output>({
    words: few(name),
    warning: maybe(of),
    critical: maybe(of),
    file: maybe(text.map(path => ({ path, ...at }))),
    ...fixed(at),
  });
const filters = (of: fc.Arbitrary<Expr>) => ({
  where: maybe(of),
  groupBy: few(of, 0),
  having: maybe(of),
  orderBy: few(order(of), 0),
  limit: maybe(limit(of)),
});
const times = (of: fc.Arbitrary<Expr>) => ({ every: maybe(of), for: maybe(of), until: maybe(of) });

function select(of: fc.Arbitrary<Expr>, query: fc.Arbitrary<QueryExpr>): fc.Arbitrary<SelectStatement> {
  const derived = fc.record<QueryTable>({ kind: fc.constant('query'), query, alias: maybe(newName), ...fixed(at) });
  const from: fc.Arbitrary<TableRef> = fc.oneof(
    { maxDepth: 3, depthIdentifier: DEPTH },
    { weight: 6, arbitrary: table },
    { weight: 1, arbitrary: derived },
  );
  return fc.record<SelectStatement>({
    kind: fc.constant('select'),
    distinct: fc.boolean(),
    projection: projection(of),
    from,
    source: maybe(source),
    joins: fc.array(join(of), { maxLength: 2 }),
    ...filters(of),
    zero: fc.boolean(),
    ...times(of),
    output: maybe(output(of)),
    ...fixed(at),
  });
}

/** Two or three selects; the clauses after the last are of the whole result. */
function compound(of: fc.Arbitrary<SelectStatement>, expr: fc.Arbitrary<Expr>): fc.Arbitrary<CompoundStatement> {
  const bare = of.map((select): SelectStatement => {
    const { output: _, limit: _limit, every: _every, for: _for, until: _until, ...rest } = select;
    return { ...rest, orderBy: [], zero: false };
  });
  // Intersect is not mixed with the others.
  const operators = fc.oneof(
    ...[['except', 'except all', 'union', 'union all'] as const, ['intersect', 'intersect all'] as const].map(words => {
      const operator = fc.constantFrom<SetOperator>(...words);
      return fc.tuple(operator, operator);
    }),
  );
  const tail = fc.record({
    orderBy: few(order(expr), 0),
    limit: maybe(limit(expr)),
    ...times(expr),
    output: maybe(output(expr)),
  });
  const parts = fc.tuple(fc.array(bare, { minLength: 2, maxLength: 3 }), operators, tail);
  return parts.map(([selects, [op, second], clauses]) => {
    const [first, next, third] = selects;
    const left: CompoundStatement = { kind: 'compound', op, left: first, right: next, orderBy: [], ...at };
    const whole: CompoundStatement = third
      ? { kind: 'compound', op: second, left, right: third, orderBy: [], ...at }
      : left;
    return { ...whole, ...clauses };
  });
}

/** Selects with names before another. */
const withTables = (
  query: fc.Arbitrary<QueryExpr>,
  last: fc.Arbitrary<SelectStatement | CompoundStatement>,
): fc.Arbitrary<WithStatement> =>
  fc.record<WithStatement>({
    kind: fc.constant('with'),
    tables: few(fc.record<CommonTable>({ name, query, ...fixed(at) })),
    query: last,
    ...fixed(at),
  });

// ---------------------------------------------------------------- trees

type Trees = {
  expr: Expr;
  query: QueryExpr;
  compound: CompoundStatement;
  select: SelectStatement;
};

const trees = fc.letrec<Trees>(tie => {
  const expr = tie('expr');
  const range = fc.record<RangeExpr>({ kind: fc.constant('range'), low: expr, high: expr, ...fixed(at) });
  const items = few(fc.oneof({ weight: 3, arbitrary: expr }, { weight: 1, arbitrary: range }));
  const list = items.map((made): ListExpr => ({ kind: 'list', items: made, ...at }));
  const subquery = tie('query').map((query): Expr & { kind: 'subquery' } => ({ kind: 'subquery', query, ...at }));
  const negated = fc.boolean();
  return {
    expr: fc.oneof(
      { maxDepth: 4, withCrossShrink: true, depthIdentifier: DEPTH },
      { weight: 4, arbitrary: literals },
      { weight: 4, arbitrary: nameExpr },
      { weight: 1, arbitrary: variable },
      { weight: 1, arbitrary: node({ kind: 'unary', op: fc.constantFrom('-', '~'), operand: expr }) },
      {
        weight: 3,
        arbitrary: node({
          kind: 'binary',
          op: fc.constantFrom('+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '||'),
          left: expr,
          right: expr,
          opSpan: fc.constant(at),
        }),
      },
      {
        weight: 3,
        arbitrary: node({
          kind: 'compare',
          op: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
          left: expr,
          right: expr,
          opSpan: fc.constant(at),
        }),
      },
      { weight: 2, arbitrary: node({ kind: 'logical', op: fc.constantFrom('and', 'or'), operands: few(expr, 2) }) },
      { weight: 1, arbitrary: node({ kind: 'not', operand: expr }) },
      { weight: 1, arbitrary: node({ kind: 'between', negated, operand: expr, low: expr, high: expr }) },
      { weight: 2, arbitrary: node({ kind: 'in', negated, operand: expr, list: fc.oneof(list, subquery, variable) }) },
      { weight: 1, arbitrary: node({ kind: 'like', negated, operand: expr, pattern: expr }) },
      {
        weight: 1,
        arbitrary: node({
          kind: 'has',
          negated,
          operand: expr,
          quantifier: fc.constantFrom('all', 'any'),
          names: few(flagName),
        }),
      },
      {
        weight: 1,
        arbitrary: node({
          kind: 'is',
          negated,
          operand: expr,
          what: fc.oneof(name, fc.constant({ text: 'null', ...at })),
        }),
      },
      {
        weight: 1,
        arbitrary: node({
          kind: 'call',
          name: pathText.map(made => ({ text: made, ...at })),
          args: few(expr),
          star: fc.constant(false),
          distinct: fc.boolean(),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(name, maybe(expr)).map(
          ([made, filter]): Expr => ({
            ...{ kind: 'call', name: made, args: [], star: true, distinct: false, ...at },
            ...(filter === undefined ? {} : { filter }),
          }),
        ),
      },
      { weight: 1, arbitrary: subquery },
      {
        weight: 1,
        arbitrary: node({ kind: 'like', negated, operand: expr, pattern: expr, ignoreCase: fc.constant(true) }),
      },
      {
        weight: 1,
        arbitrary: node({
          kind: 'case',
          operand: maybe(expr),
          branches: few(fc.record({ when: expr, value: expr })),
          otherwise: maybe(expr),
        }),
      },
      { weight: 1, arbitrary: node({ kind: 'cast', operand: expr, type: name }) },
      { weight: 1, arbitrary: node({ kind: 'exists', query: tie('query') }) },
    ) as fc.Arbitrary<Expr>,
    query: fc.oneof(
      { maxDepth: 3, depthIdentifier: DEPTH },
      { weight: 4, arbitrary: tie('select') },
      { weight: 1, arbitrary: tie('compound') },
      { weight: 1, arbitrary: withTables(tie('query'), fc.oneof(tie('select'), tie('compound'))) },
    ),
    compound: compound(tie('select'), expr),
    select: select(expr, tie('query')),
  };
});

const expr = trees.expr;

const assignment = fc.record<Assignment>({
  field: pathText.map(made => ({ text: made, ...at })),
  op: fc.constantFrom('=', '+=', '-='),
  value: expr,
  ...fixed(at),
});

// ---------------------------------------------------------------- statements

const count: fc.Arbitrary<SelectStatement> = trees.select.map(made => ({
  ...made,
  distinct: false,
  projection: [
    ...made.groupBy.filter(({ kind }) => kind !== 'literal').map(expr => ({ expr, ...at })),
    { expr: { kind: 'call', name: { text: 'count', ...at }, args: [], star: true, distinct: false, ...at }, ...at },
  ],
  sugar: 'count',
}));

const mutationTail = { where: maybe(expr), limit: maybe(limit(expr)), output: maybe(output(expr)) };

const insertInto = {
  kind: 'insert',
  into: plainTable,
  target: maybe(source),
  onConflict: maybe(fc.constantFrom('ignore', 'update')),
  output: maybe(output(expr)),
};

const readsOrChanges = fc.oneof(
  trees.query,
  count,
  node({
    kind: 'watch',
    projection: projection(expr),
    from: few(table),
    source: maybe(source),
    on: few(name, 0),
    ...filters(expr),
    ...times(expr),
    into: maybe(fc.record({ store: text, ...fixed(at) })),
    keep: maybe(fc.record({ limits: few(expr), ...fixed(at) })),
    spool: maybe(fc.record({ size: expr, ...fixed(at) })),
    options: few(name, 0),
    output: maybe(output(expr)),
  }),
  node({
    kind: 'get',
    projection: projection(expr),
    from: table,
    source: maybe(source),
    where: maybe(expr),
    zero: fc.boolean(),
    output: maybe(output(expr)),
  }),
  node({ ...insertInto, set: few(assignment), from: maybe(trees.query) }),
  node({ ...insertInto, set: fc.constant([]), from: trees.query }),
  node({ kind: 'update', table: plainTable, source: maybe(source), set: few(assignment), ...mutationTail }),
  node({ kind: 'delete', from: plainTable, source: maybe(source), ...mutationTail }),
  node({ kind: 'flush', table: plainTable, source: maybe(source) }),
) as fc.Arbitrary<Statement>;

/** A list of one in parentheses is but an expression, outside of `in`. */
const letValue: fc.Arbitrary<Expr> = fc.oneof(
  expr,
  few(expr, 2).map((items): ListExpr => ({ kind: 'list', items, ...at })),
);

export const arbitraryExpression: fc.Arbitrary<Expr> = expr;

export const arbitraryStatement: fc.Arbitrary<Statement> = fc.oneof(
  { weight: 6, arbitrary: readsOrChanges },
  { weight: 1, arbitrary: node({ kind: 'explain', analyze: fc.boolean(), statement: readsOrChanges }) },
  { weight: 1, arbitrary: node({ kind: 'let', name, value: letValue }) },
  {
    weight: 1,
    arbitrary: node({
      kind: 'query',
      name,
      parameters: few(fc.record({ name, default: maybe(expr), ...fixed(at) }), 0),
      statement: fc.oneof(trees.query, count),
    }),
  },
  { weight: 1, arbitrary: node({ kind: 'run', name, args: few(expr, 0) }) },
  { weight: 1, arbitrary: node({ kind: 'drop', name }) },
  { weight: 1, arbitrary: node({ kind: 'include', path: text }) },
  { weight: 1, arbitrary: node({ kind: 'echo', values: few(expr) }) },
  { weight: 1, arbitrary: node({ kind: 'set', option: name, value: expr }) },
  { weight: 1, arbitrary: node({ kind: 'use', source }) },
  { weight: 1, arbitrary: node({ kind: 'prepare', store: text, keep: maybe(few(expr)) }) },
  { weight: 1, arbitrary: node({ kind: 'assert', condition: expr, message: maybe(text) }) },
  { weight: 1, arbitrary: node({ kind: 'show', what: fc.constantFrom('tables', 'settings', 'variables') }) },
  { weight: 1, arbitrary: node({ kind: 'show', what: fc.constant('fields'), table: name }) },
  { weight: 1, arbitrary: node({ kind: 'show', what: fc.constant('fleet'), gateways: maybe(few(newName)) }) },
  { weight: 1, arbitrary: node({ kind: 'show', what: fc.constant('settings'), setting: name }) },
  {
    weight: 1,
    arbitrary: node({
      kind: 'help',
      topic: maybe(fc.oneof(pathText, fc.constantFrom(...KEYWORDS)).map(made => ({ text: made, ...at }))),
    }),
  },
) as fc.Arbitrary<Statement>;

/** A tree with every place set to 0 and without absent parts, to compare what it says. */
export function withoutSpans<T>(tree: T): T {
  return JSON.parse(
    JSON.stringify(tree, (key, value) =>
      key === 'start' || key === 'end' ? 0 : typeof value === 'bigint' ? `${value}n` : value,
    ),
  );
}
