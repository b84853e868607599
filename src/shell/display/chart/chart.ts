/** `chart`: a line chart in the terminal, of braille characters, or of ASCII ones. Where lines have no colours, each has a letter. */
import { LinesSink } from '../../../engine/formats/chart/lines-sink.js';
import { amountMarks, axisMarks, type Mark } from '../../../engine/formats/chart/scale.js';
import { type Chart, type Panel, type Point, warnOfLines } from '../../../engine/formats/chart/series.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import { painter, type Style } from '../style.js';
import { fit, pad, textWidth } from '../text/width.js';
import { Canvas } from './canvas.js';

/** Where the output is not a terminal. */
const DEFAULT_WIDTH = 80;
const LEAST_WIDTH = 20;
/** Lines of text of one panel, and of each of several. */
const HEIGHT = 16;
const LOW_HEIGHT = 8;
/** Characters from one mark of the axis to the next. */
const MARK_ROOM = 9;
const STYLES: readonly Style[] = ['bar', 'good', 'waiting', 'name', 'bad', 'address', 'keyword', 'dim'];

export class ChartSink extends LinesSink {
  override end(): void {
    const chart = this.rows.chart();
    const { text } = this.context;
    if (chart !== undefined) {
      warnOfLines(chart, this.context);
      for (const panel of chart.panels) for (const line of this.#panel(chart, panel)) text.utf8(`${line.trimEnd()}\n`);
    }
    text.flush();
  }

  #panel(chart: Chart, { column, lines }: Panel): string[] {
    const { color, unicode, human, modifiers } = this.context;
    const { axis, from, to, panels } = chart;
    const paint = painter(color);
    const isBraille = unicode && (color || lines.length === 1);
    const height = panels.length === 1 ? HEIGHT : LOW_HEIGHT;
    const values = lines.flatMap(({ pieces }) => pieces.flat()).map(({ y }) => y);
    const marks = amountMarks(Math.min(0, ...values), Math.max(0, ...values), column, 4);
    const labelWidth = Math.max(...marks.map(({ text }) => textWidth(text)));
    const width = Math.max(LEAST_WIDTH, (this.context.width ?? DEFAULT_WIDTH) - labelWidth - 3);
    const [low, high] = [marks[0].at, marks[marks.length - 1].at];
    const place = ({ x, y }: Point): [number, number] => [
      to === from ? 0.5 : (x - from) / (to - from),
      (y - low) / (high - low),
    ];
    const canvas = new Canvas(width, height, isBraille);
    for (const [i, { pieces }] of lines.entries()) {
      const mark = lines.length === 1 ? '*' : letter(i);
      for (const piece of pieces)
        for (const [at, point] of piece.entries())
          canvas.draw(place(piece[Math.max(0, at - 1)]), place(point), i, mark);
    }
    const rowOf = (at: number): number => Math.round((1 - (at - low) / (high - low)) * (height - 1));
    const labels = new Map(marks.map(({ at, text }) => [rowOf(at), text]));
    const [tick, wall, corner, floor] = unicode ? ['┤', '│', '└', '─'] : ['+', '|', '+', '-'];
    const rows = Array.from({ length: height }, (_, y) => {
      const label = pad(labels.get(y) ?? '', labelWidth, 'right');
      const content = canvas.row(y, (text, line) => paint(text, STYLES[line % STYLES.length]));
      return `${paint(label, 'dim')} ${paint(labels.has(y) ? tick : wall, 'dim')}${content}`;
    });
    const times = axisMarks(from, to, axis, Math.floor(width / MARK_ROOM), human);
    const zone = axis.type.name === 'time' && !human ? ' (UTC)' : '';
    const title = `${printable(column.name)} by ${printable(axis.name)}${zone}`;
    const legend = lines
      .map(({ name }, i) =>
        paint(
          `${isBraille ? '━━' : lines.length === 1 ? '*' : letter(i)} ${printable(name)}`,
          STYLES[i % STYLES.length],
        ),
      )
      .join('   ');
    const indent = ' '.repeat(labelWidth + 1);
    return [
      ...(modifiers.has('noheader') ? [] : [paint(title, 'header')]),
      ...(lines.length === 1 && lines[0].name === '' ? [] : [legend]),
      ...rows,
      indent + paint(corner + floor.repeat(width), 'dim'),
      `${indent} ${paint(
        marksText(times, at => (to === from ? 0.5 : (at - from) / (to - from)), width),
        'dim',
      )}`,
    ];
  }
}

const letter = (line: number): string => String.fromCharCode(97 + (line % 26));

/** The texts of marks under their places, as far as there is room. */
function marksText(marks: readonly Mark[], place: (at: number) => number, width: number): string {
  let text = '';
  for (const mark of marks) {
    const middle = Math.round(place(mark.at) * (width - 1));
    const left = Math.min(Math.max(0, middle - Math.floor(mark.text.length / 2)), width - mark.text.length);
    if (text !== '' && left < text.length + 1) continue;
    text = text.padEnd(left) + mark.text;
  }
  return fit(text, width, '');
}
