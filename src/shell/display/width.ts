/** How many columns of a terminal a text takes, and texts cut to fit. */

/** East Asian wide and fullwidth blocks, and emoji: Unicode's EastAsianWidth.txt, W and F, joined to whole blocks. */
const WIDE =
  /[\u1100-\u115f\u231a\u231b\u2329\u232a\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f004}\u{1f0cf}\u{1f18e}\u{1f191}-\u{1f19a}\u{1f200}-\u{1f320}\u{1f32d}-\u{1f64f}\u{1f680}-\u{1f6fc}\u{1f7e0}-\u{1f7f0}\u{1f90c}-\u{1faff}\u{20000}-\u{3fffd}]|\ufe0f/u;

/** Latin letters (before the combining marks), dashes and the ellipsis, arrows, lines: one column each, without a look at clusters. */
const isNarrow = (code: number): boolean =>
  code < 0x300 ||
  (code >= 0x2010 && code <= 0x2027) ||
  (code >= 0x2190 && code <= 0x21ff) ||
  (code >= 0x2500 && code <= 0x25a0);

function isAllNarrow(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isNarrow(text.charCodeAt(i))) return false;
  return true;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** A cluster of nothing but marks, joiners and variation selectors takes no room. */
const NO_ROOM = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

const clusterWidth = (cluster: string): number => (NO_ROOM.test(cluster) ? 0 : WIDE.test(cluster) ? 2 : 1);

/** The width of a text without control characters. */
export function textWidth(text: string): number {
  if (isAllNarrow(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += clusterWidth(segment);
  return width;
}

/** The text, or its beginning and a mark that it goes on, in no more than `width` columns. */
export function fit(text: string, width: number, mark: string): string {
  if (textWidth(text) <= width) return text;
  const room = width - mark.length;
  if (room < 0) return mark.slice(0, width);
  let cut = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    used += clusterWidth(segment);
    if (used > room) break;
    cut += segment;
  }
  return cut + mark;
}

/** The text with spaces up to `width` columns. */
export function pad(text: string, width: number, align: 'left' | 'right'): string {
  const missing = width - textWidth(text);
  if (missing <= 0) return text;
  return align === 'right' ? ' '.repeat(missing) + text : text + ' '.repeat(missing);
}
