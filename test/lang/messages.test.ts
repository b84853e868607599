/**
 * What is said of hundreds of texts, and what expressions are worth: each line of fixtures/told.txt and fixtures/values.txt is a text,
 * ` => `, and what comes of it. TOLD=write writes the files anew; read the difference before it is kept.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toldOf, worthOf } from './messages.js';

const test = suite('told');

for (const [name, of] of [
  ['told', toldOf],
  ['values', worthOf],
] as const) {
  test(`fixtures/${name}.txt`, () => {
    const path = new URL(`fixtures/${name}.txt`, import.meta.url);
    const expected = readFileSync(path, 'utf8');
    const texts = expected.split('\n').flatMap(line => (line === '' ? [] : [line.slice(0, line.indexOf(' => '))]));
    const lines = texts.map(text => `${text} => ${of(text)}\n`);
    if (process.env.TOLD === 'write') writeFileSync(path, lines.join(''));
    else for (const [index, line] of expected.trimEnd().split('\n').entries()) assert.is(lines[index], `${line}\n`);
    assert.ok(texts.length > 100);
  });
}

test.run();
