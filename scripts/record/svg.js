/** Draws the screen of a terminal: lines with colours (ECMA-48's SGR) → SVG. Every character is taken for one cell wide. */

const CELL = { width: 8.4, height: 19, size: 14 };
const MARGIN = 20;
const BAR = 38;

/** The sixteen colours, on a dark ground; bright ones are 8 and more. */
const COLOURS = [
  ...['#3b4252', '#f47067', '#8ddb8c', '#f0c674', '#6cb6ff', '#dcbdfb', '#76d9e6', '#cdd9e5'],
  ...['#768390', '#ff938a', '#b4f1b4', '#ffe08a', '#96d0ff', '#eedcff', '#b3f0ff', '#ffffff'],
];
const PLAIN = '#cdd9e5';
const GROUND = '#161b22';

/** @typedef {{ colour?: number, bold?: boolean, dim?: boolean, underline?: boolean, reverse?: boolean }} Style */
/** @typedef {{ text: string, style: Style }} Run */

/** @param {Style} style @param {string} codes the parameters of an SGR sequence @returns {Style} */
function changed(style, codes) {
  let now = { ...style };
  for (const code of codes.split(';').map(Number)) {
    if (code === 0) now = {};
    else if (code === 1) now.bold = true;
    else if (code === 2) now.dim = true;
    else if (code === 4) now.underline = true;
    else if (code === 7) now.reverse = true;
    else if (code === 22) now = { ...now, bold: false, dim: false };
    else if (code === 24) now.underline = false;
    else if (code === 27) now.reverse = false;
    else if (code === 39) delete now.colour;
    else if (code >= 30 && code <= 37) now.colour = code - 30;
    else if (code >= 90 && code <= 97) now.colour = code - 82;
  }
  return now;
}

/**
 * The runs of one style in a line, and the style in which it ends.
 * @param {string} line @param {Style} style in which it begins @returns {{ runs: Run[], style: Style }}
 */
export function runsOf(line, style = {}) {
  /** @type {Run[]} */
  const runs = [];
  let now = style;
  for (const [part, codes] of line.matchAll(/\x1b\[([\d;]*)m|\x1b\[[\d;?]*[a-zA-Z]|\x1b[()][A-Z0-9]|[^\x1b]+/g)) {
    if (codes !== undefined) now = changed(now, codes);
    else if (!part.startsWith('\x1b')) runs.push({ text: part, style: now });
  }
  return { runs, style: now };
}

/** @param {string} text */
const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** @param {number} value */
const rounded = value => String(Math.round(value * 10) / 10);

/** @param {Style} style */
function look({ colour, bold, dim, reverse }) {
  const marks = [`fill="${reverse ? GROUND : colour === undefined ? PLAIN : COLOURS[colour]}"`];
  if (bold) marks.push('font-weight="bold"');
  if (dim) marks.push('opacity="0.55"');
  return marks.join(' ');
}

/**
 * A run of text, or of the blocks that bars are made of: these are drawn as rectangles, as fonts leave gaps.
 * @param {string} text @param {Style} style @param {number} column @param {number} top
 */
function drawn(text, style, column, top) {
  const x = MARGIN + column * CELL.width;
  if (/^[█-▏]/.test(text)) {
    // U+2588 is a whole block, U+2589 … U+258F seven to one eighths of one.
    const eighths = [...text].reduce((sum, each) => sum + 8 - ((each.codePointAt(0) ?? 0) - 0x2588), 0);
    const width = rounded((eighths * CELL.width) / 8);
    return `<rect x="${rounded(x)}" y="${rounded(top + 3)}" width="${width}" height="${CELL.height - 6}" rx="1.5" ${look(style)}/>`;
  }
  if (/^[▁-▇]/.test(text)) {
    // U+2581 … U+2587 are one to seven eighths of a block, at its foot.
    return [...text]
      .map((each, i) => {
        const height = ((CELL.height - 6) * ((each.codePointAt(0) ?? 0) - 0x2580)) / 8;
        const left = rounded(x + i * CELL.width);
        const y = rounded(top + CELL.height - 3 - height);
        return `<rect x="${left}" y="${y}" width="${rounded(CELL.width - 1)}" height="${rounded(height)}" ${look(style)}/>`;
      })
      .join('');
  }
  // Where the font is another one, the columns stay where they are.
  const length = rounded([...text].length * CELL.width);
  const y = rounded(top + CELL.size);
  return `<text x="${rounded(x)}" y="${y}" textLength="${length}" ${look(style)}>${escaped(text)}</text>`;
}

/**
 * What is drawn below the text of a run, spaces included: the ground of reversed text, and the line of underlined text.
 * @param {number} columns @param {Style} style @param {number} column @param {number} top @returns {string[]}
 */
function ground(columns, { reverse, underline }, column, top) {
  const [x, width] = [rounded(MARGIN + column * CELL.width), rounded(columns * CELL.width)];
  const rect = (/** @type {number} */ y, /** @type {number} */ height) =>
    `<rect x="${x}" y="${rounded(y)}" width="${width}" height="${height}" fill="${PLAIN}"/>`;
  return [...(reverse ? [rect(top, CELL.height)] : []), ...(underline ? [rect(top + CELL.height - 2, 1)] : [])];
}

/** @param {readonly Run[]} runs @param {number} top */
function line(runs, top) {
  const elements = [];
  let column = 0;
  for (const { text, style } of runs) {
    elements.push(...ground([...text].length, style, column, top));
    for (const [part] of text.matchAll(/[▁-▇]+|[█-▏]+|\s+|(?:[^\s▁-▏]| (?=[^\s▁-▏]))+/g)) {
      if (part.trim() !== '') elements.push(drawn(part, style, column, top));
      column += [...part].length;
    }
  }
  return { elements, column };
}

/**
 * @param {readonly string[]} lines as `tmux capture-pane -e` gives them
 * @param {{ columns: number, title: string, hasCursor?: boolean }} options
 * @returns {string}
 */
export function toSvg(lines, { columns, title, hasCursor = true }) {
  const width = rounded(2 * MARGIN + columns * CELL.width);
  const height = BAR + lines.length * CELL.height + MARGIN;
  const elements = [];
  let style = {};
  let end = 0;
  lines.forEach((text, row) => {
    const top = BAR + row * CELL.height;
    const found = runsOf(text, style);
    style = found.style;
    const { elements: some, column } = line(found.runs, top);
    elements.push(...some);
    end = column;
  });
  // The cursor after the last prompt.
  const [x, y] = [MARGIN + (end + 1) * CELL.width, BAR + (lines.length - 1) * CELL.height + 1];
  if (hasCursor)
    elements.push(
      `<rect x="${rounded(x)}" y="${rounded(y)}" width="${CELL.width}" height="${CELL.height - 3}" fill="${PLAIN}"/>`,
    );
  const dots = ['#f47067', '#f0c674', '#8ddb8c'].map(
    (fill, i) => `<circle cx="${22 + i * 20}" cy="19" r="6" fill="${fill}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
<rect width="${width}" height="${height}" rx="10" fill="${GROUND}"/>
${dots.join('')}
<g font-family="ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', Consolas, 'Liberation Mono', monospace" font-size="${CELL.size}" xml:space="preserve">
<text x="50%" y="24" text-anchor="middle" fill="#768390">${escaped(title)}</text>
${elements.join('\n')}
</g>
</svg>
`;
}
