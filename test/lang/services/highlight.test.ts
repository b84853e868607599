import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tokenize } from '../../../src/lang/services/highlight.js';

const test = suite('highlight');

const CASES: readonly (readonly [string, string])[] = [
  ['select src from conntrack', 'select:keyword src:name from:keyword conntrack:name'],
  ['SELECT zero FROM c zero', 'SELECT:keyword zero:name FROM:keyword c:name zero:keyword'],
  ['update c set set = 0xff', 'update:keyword c:name set:keyword set:name =:operator 0xff:number'],
  [
    "echo 'a;b', $x, 10.0.0.0/8, true",
    "echo:keyword 'a;b':string ,:operator $x:variable ,:operator 10.0.0.0/8:address ,:operator true:keyword",
  ],
  ['echo 5m -- on', 'echo:keyword 5m:number -- on:comment'],
  ['use netns blue-1 /* x */', 'use:keyword netns:keyword blue-1:name /* x */:comment'],
  ["echo 'abc", "echo:keyword 'abc:error"],
  ['echo ? /* abc', 'echo:keyword ?:error /* abc:error'],
  ['select orig.state from', 'select:keyword orig:name .:operator state:name from:keyword'],
  ['foo; help where', 'foo:name ;:operator help:keyword where:name'],
  ['', ''],
];
for (const [text, expected] of CASES) {
  test(text, () => {
    assert.is(
      tokenize(text)
        .map(each => `${text.slice(each.start, each.end)}:${each.class}`)
        .join(' '),
      expected,
    );
  });
}

test.run();
