/** The picture of a terminal. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runsOf, toSvg } from '../../scripts/record/svg.js';

const test = suite('picture of a terminal');

test('colours are taken apart, and go on in the next line', () => {
  const { runs, style } = runsOf('a \u001b[1;31mred\u001b[0m b\u001b[2m dim');
  assert.equal(runs, [
    { text: 'a ', style: {} },
    { text: 'red', style: { bold: true, colour: 1 } },
    { text: ' b', style: {} },
    { text: ' dim', style: { dim: true } },
  ]);
  assert.equal(runsOf('still', style).runs, [{ text: 'still', style: { dim: true } }]);
  assert.equal(runsOf('\u001b[92mx\u001b[39my').runs, [
    { text: 'x', style: { colour: 10 } },
    { text: 'y', style: {} },
  ]);
});

test('what has a meaning in XML is written so that it has none', () => {
  const svg = toSvg(['where a < 1 && b > 2', '\u001b[34m██▌\u001b[0m', 'ctq>'], { columns: 40, title: 'a <b>' });
  assert.is(XMLValidator.validate(svg), true);
  assert.match(svg, /where a &lt; 1 &amp;&amp; b &gt; 2/);
  assert.ok(new XMLParser().parse(svg).svg);
});

test('blocks are drawn as long as they are, and words are in their columns', () => {
  const svg = toSvg(['name    \u001b[34m██▌\u001b[0m', 'ctq>'], { columns: 40, title: '' });
  const [, width] = /<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="13"/.exec(svg)!;
  assert.is(Number(width), 21);
  assert.match(svg, /<text x="20" [^>]*textLength="33.6"[^>]*>name</);
});

test.run();
