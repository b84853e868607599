/**
 * The messages of hundreds of texts, and the values of expressions: each line of fixtures/messages.txt and fixtures/values.txt
 * is a text, ` => `, and its result. UPDATE_FIXTURES=1 writes the files anew; read the difference before you keep it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expressionValue, messagesOf } from './messages.js';

const test = suite('messages');

for (const [name, of] of [
  ['messages', messagesOf],
  ['values', expressionValue],
] as const) {
  test(`fixtures/${name}.txt`, () => {
    const path = new URL(`fixtures/${name}.txt`, import.meta.url);
    const expected = readFileSync(path, 'utf8');
    const texts = expected.split('\n').flatMap(line => (line === '' ? [] : [line.slice(0, line.indexOf(' => '))]));
    const lines = texts.map(text => `${text} => ${of(text)}\n`);
    if (process.env.UPDATE_FIXTURES === '1') writeFileSync(path, lines.join(''));
    else for (const [index, line] of expected.trimEnd().split('\n').entries()) assert.is(lines[index], `${line}\n`);
    assert.ok(texts.length > 100);
  });
}

/** What hints say to write, as whole statements: `write: select …`, up to what follows it. */
const WRITTEN =
  /\| write: ((?:select|watch|delete|update|insert|flush|count|get|show|describe|echo|let|set|use|explain|assert) [^|]*?)(?:; .*| && .*|, or .*)?$/;

test('what hints say to write is right', () => {
  const path = new URL('fixtures/messages.txt', import.meta.url);
  const statements = readFileSync(path, 'utf8')
    .split('\n')
    .flatMap(line => WRITTEN.exec(line)?.[1] ?? [])
    .filter(text => !/…|[A-Z]{4,}/.test(text.replace(/\b(?:ESTABLISHED|SYN_SENT|ASSURED|UNREPLIED)\b/g, '')));
  assert.ok(statements.length > 50);
  const wrong = [...new Set(statements)]
    .map(text => [text, messagesOf(text)])
    .filter(([, messages]) => messages !== 'ok');
  assert.equal(wrong, []);
});

test.run();
