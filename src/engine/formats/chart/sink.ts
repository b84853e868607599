/** `svg`: a line chart as a picture of its own: no scripts, no fonts or styles from elsewhere. */
import { printable } from '../../../lang/diagnostics/printable.js';
import type { Sink } from '../sink.js';
import { type FormatContext, shower } from '../writing/format.js';
import { LinesSink } from './lines-sink.js';
import { amountMarks, axisMarks } from './scale.js';
import { type Chart, type Line, type Panel, type Point, warnOfLines } from './series.js';

const WIDTH = 960;
const PANEL = 260;
const LEFT = 90;
const RIGHT = 20;
const TOP = 52;
const BOTTOM = 28;
/** Colours that the colour-blind can distinguish (Okabe and Ito), on white and on black. */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#999999', '#b8a800'];

const STYLE = `text { font: 12px sans-serif; fill: #333 } .title { font-weight: bold } .grid { stroke: #ccc; stroke-width: 0.5 }
.line { fill: none; stroke-width: 1.5; stroke-linejoin: round } .paper { fill: #fff }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .grid { stroke: #555 } .paper { fill: #111 } }`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => printable(text).replace(/[&<>"]/g, character => ENTITIES[character]);
const rounded = (n: number): string => String(Math.round(n * 10) / 10);

class SvgSink extends LinesSink {
  override end(): void {
    const chart = this.rows.chart();
    const panels = chart?.panels ?? [];
    const height = Math.max(1, panels.length) * PANEL;
    const { text } = this.context;
    text.utf8(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">\n` +
        `<style>${STYLE}</style>\n<rect class="paper" width="100%" height="100%"/>\n`,
    );
    if (chart === undefined) text.utf8(`<text x="${LEFT}" y="${PANEL / 2}">no rows</text>\n`);
    else {
      warnOfLines(chart, this.context);
      for (const [i, panel] of panels.entries()) text.utf8(this.#panel(chart, panel, i * PANEL));
    }
    text.utf8('</svg>\n');
    text.flush();
  }

  #panel({ axis, from, to }: Chart, { column, lines }: Panel, top: number): string {
    const show = shower({ ...this.context, human: true });
    const values = lines.flatMap(({ pieces }) => pieces.flat()).map(({ y }) => y);
    const marks = amountMarks(Math.min(...values), Math.max(...values), column, 5);
    const [low, high] = [marks[0].at, marks[marks.length - 1].at];
    const bottom = top + PANEL - BOTTOM;
    const x = (value: number): number =>
      to === from ? (LEFT + WIDTH - RIGHT) / 2 : LEFT + ((value - from) / (to - from)) * (WIDTH - RIGHT - LEFT);
    const y = (value: number): number => bottom - ((value - low) / (high - low)) * (PANEL - TOP - BOTTOM);
    const isUtc = axis.type.name === 'time' && !this.context.human;
    const title = `${column.name}${isUtc ? ' (UTC)' : ''}`;
    const parts = [`<text class="title" x="${LEFT}" y="${top + 18}">${escaped(title)}</text>`];
    for (const mark of marks) {
      const at = rounded(y(mark.at));
      parts.push(
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>`,
        `<text x="${LEFT - 8}" y="${rounded(y(mark.at) + 4)}" text-anchor="end">${escaped(mark.text)}</text>`,
      );
    }
    for (const mark of axisMarks(from, to, axis, 10, this.context.human))
      parts.push(
        `<text x="${rounded(x(mark.at))}" y="${bottom + 18}" text-anchor="middle">${escaped(mark.text)}</text>`,
      );
    lines.forEach((line, i) => {
      const colour = COLOURS[i % COLOURS.length];
      const textOf = (point: Point): string => {
        const name = line.name === '' ? '' : `${line.name}: `;
        return escaped(`${name}${show(point.x, axis)} ${show(point.y, column)}`);
      };
      parts.push(...drawn(line, colour, x, y, textOf));
      if (line.name !== '') {
        const room = (WIDTH - RIGHT - LEFT) / lines.length;
        const left = LEFT + i * room;
        parts.push(
          `<rect x="${rounded(left)}" y="${top + 28}" width="10" height="10" fill="${colour}"/>`,
          `<text x="${rounded(left + 14)}" y="${top + 37}">${escaped(cut(line.name, Math.floor((room - 24) / 7)))}</text>`,
        );
      }
    });
    return `${parts.join('\n')}\n`;
  }
}

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** The pieces of a line, and its points with their texts, which browsers show under the mouse. */
function drawn(
  { pieces }: Line,
  colour: string,
  x: (value: number) => number,
  y: (value: number) => number,
  textOf: (point: Point) => string,
): string[] {
  const lines = pieces.map(piece => {
    const points = piece.map(point => `${rounded(x(point.x))},${rounded(y(point.y))}`).join(' ');
    return `<polyline class="line" stroke="${colour}" points="${points}"/>`;
  });
  const dots = pieces
    .flat()
    .map(
      point =>
        `<circle cx="${rounded(x(point.x))}" cy="${rounded(y(point.y))}" r="2" fill="${colour}"><title>${textOf(point)}</title></circle>`,
    );
  return [...lines, ...dots];
}

export const createSink = (context: FormatContext): Sink => new SvgSink(context);
