/** Every topic has a page that fits, and every example is a statement without a mistake. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check, type Variables } from '../../../src/lang/check/check.js';
import { HELP_TOPICS } from '../../../src/lang/check/statements/help-topics.js';
import { AGGREGATE_FUNCTIONS, SCALAR_FUNCTIONS } from '../../../src/lang/functions/registry.js';
import type { Environment } from '../../../src/lang/schema/environment.js';
import { parse } from '../../../src/lang/syntax/parse.js';
import { painter } from '../../../src/shell/display/style.js';
import { textWidth, wrap } from '../../../src/shell/display/text/width.js';
import { helpOn, PAGES } from '../../../src/shell/statements/help.js';
import { ENVIRONMENT } from '../../kit/environment.js';
import { memoryQueries } from '../../kit/named-queries.js';
import { shell } from '../support.js';

const help = suite('help');

/** With the file of the examples. */
const environment: Environment = {
  ...ENVIRONMENT,
  fileShape: path =>
    path === 'hosts.csv' ? { kind: 'columns', columns: ['ip', 'owner'], mayHoldFlows: false } : { kind: 'other' },
};

function mistakesOf(text: string): string[] {
  const { statements, diagnostics } = parse(text);
  const variables: Variables = new Map();
  const queries = memoryQueries();
  const found = [
    ...diagnostics,
    ...statements.flatMap(each => check(each, environment, variables, undefined, queries).diagnostics),
  ];
  return found.map(({ message }) => `${text}: ${message}`);
}

help('examples are right', () => {
  const examples = [
    ...Object.values(PAGES).flatMap(({ examples: all }) => all.map(({ query }) => query)),
    ...[...Object.values(SCALAR_FUNCTIONS), ...Object.values(AGGREGATE_FUNCTIONS)].map(({ example }) => example),
  ];
  assert.ok(examples.length > 80, String(examples.length));
  assert.equal(examples.flatMap(mistakesOf), []);
  assert.ok(mistakesOf('select scr from conntrack').length > 0);
});

help('every word that help knows has a page', () => {
  for (const width of [40, 60, 100]) {
    for (const topic of HELP_TOPICS()) {
      const text = helpOn(topic, { width, paint: painter(false) });
      assert.ok(text.startsWith(topic), topic);
      assert.ok(text.endsWith('\n') && !text.includes('undefined'), text);
      const prose = text.split('\n').filter(line => !line.startsWith('  ') && line.includes(' '));
      for (const line of prose.slice(1)) assert.ok(textWidth(line) <= width, `${topic} at ${width}: ${line}`);
    }
  }
});

help('the page of a short name says what the field is', () => {
  const look = { width: 80, paint: painter(false) };
  assert.match(
    helpOn('dst', look),
    /^dst \(conntrack\) – destination address, original direction; short for orig\.dst\n/,
  );
});

help('a syntax is broken to fit the terminal', () => {
  const look = { width: 80, paint: painter(false) };
  assert.match(helpOn('select', look), /\n {2}select .* NAME\]\n {9}\[in PLACE\]\n {9}\[where /);
  for (const [name, { syntax }] of Object.entries(PAGES)) {
    if (syntax === undefined) continue;
    const [, shown = ''] = helpOn(name, look).split('\n\n');
    for (const line of shown.split('\n')) assert.ok(textWidth(line) <= look.width, line);
  }
});

help('topics lead to topics', () => {
  const known = new Set(HELP_TOPICS());
  for (const [name, { see = [] }] of Object.entries(PAGES)) {
    for (const topic of see) assert.ok(known.has(topic) && topic !== name, `${name} → ${topic}`);
  }
});

help('paragraphs are wrapped at blanks', () => {
  assert.equal(wrap('one two three', 7), ['one two', 'three']);
  assert.equal(wrap('incomprehensibilities are long', 10), ['incomprehensibilities', 'are long']);
});

help('overview, and a name that is unknown', async () => {
  const { stdout } = await shell(['help'], { columns: 80 });
  assert.match(stdout, /select\S* .*read a table/);
  const wrong = await shell(['help selct']);
  assert.is(wrong.status, 2);
  assert.match(wrong.stderr, /did you mean select\?/);
});

help.run();
