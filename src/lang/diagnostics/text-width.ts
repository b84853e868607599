/** Columns of a terminal that a text takes: Unicode Standard Annex 11 (East Asian width), by grapheme cluster (Annex 29). */
import { eastAsianWidth } from 'get-east-asian-width';

/** Code units that take one column and are clusters of their own, so that most texts need no segmentation. */
const isNarrow = (code: number): boolean =>
  code < 0x300 ||
  (code >= 0x2010 && code <= 0x2027) ||
  (code >= 0x2190 && code <= 0x21ff) ||
  (code >= 0x2500 && code <= 0x25a0);

function isAllNarrow(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isNarrow(text.charCodeAt(i))) return false;
  return true;
}

let segmenter: Intl.Segmenter | undefined;
/** Grapheme clusters. The segmenter is made when the first text needs it: it takes a millisecond. */
function clusters(text: string): Iterable<{ readonly segment: string }> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Made when the first text needs them: reading their classes takes as long as the segmenter. */
let classes: { readonly zeroWidth: RegExp; readonly emoji: RegExp } | undefined;

function clusterWidth(cluster: string): number {
  classes ??= {
    // Marks, joiners and variation selectors without a base character.
    zeroWidth: /^[\p{Mn}\p{Me}\p{Cf}]+$/u,
    // A symbol shown as an emoji (variation selector 16), or a flag (two regional indicators).
    emoji: /\ufe0f|^\p{Regional_Indicator}{2}/u,
  };
  if (classes.zeroWidth.test(cluster)) return 0;
  return classes.emoji.test(cluster) ? 2 : eastAsianWidth(cluster.codePointAt(0) ?? 0);
}

/** The width of a text without control characters. */
export function textWidth(text: string): number {
  if (isAllNarrow(text)) return text.length;
  let width = 0;
  for (const { segment } of clusters(text)) width += clusterWidth(segment);
  return width;
}

/** As many whole clusters from the beginning of a text as fit into `width` columns. */
export function widthPrefix(text: string, width: number): string {
  let cut = '';
  let used = 0;
  for (const { segment } of clusters(text)) {
    used += clusterWidth(segment);
    if (used > width) break;
    cut += segment;
  }
  return cut;
}
