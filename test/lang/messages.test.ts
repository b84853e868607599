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

test.run();
