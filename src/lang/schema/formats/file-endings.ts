/** What the end of a file's name promises, where it is not a format. */

import { distance } from '../../diagnostics/did-you-mean.js';
import { printable } from '../../diagnostics/printable.js';
import { shorten } from '../../diagnostics/shorten.js';
import {
  FORMAT_NAMES,
  type FormatName,
  formatOf,
  formatOfPath,
  isCompressedPath,
  withoutCompression,
} from './formats.js';

/** Shorter ones are near to too much. */
const LEAST = 3;

const shown = (text: string): string => printable(shorten(text, 60));

/** Compression other than gzip, which is written. */
const COMPRESSIONS: Readonly<Record<string, string>> = {
  zst: 'zstd',
  zstd: 'zstd',
  xz: 'xz',
  lzma: 'lzma',
  bz2: 'bzip2',
  lz4: 'lz4',
  br: 'brotli',
  zip: 'zip',
  '7z': '7z',
  rar: 'rar',
  z: 'compress',
  tgz: 'tar',
  tar: 'tar',
};

/** Files of other programs, with what these read instead. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  xls: 'csv',
  xlsx: 'csv',
  ods: 'csv',
  parquet: 'csv',
  orc: 'csv',
  arrow: 'csv',
  feather: 'csv',
  avro: 'jsonl',
  sqlite: 'csv',
  sqlite3: 'csv',
  db: 'csv',
  duckdb: 'csv',
  pcap: 'save',
  pcapng: 'save',
  pdf: 'html',
  doc: 'html',
  docx: 'html',
  odt: 'html',
  png: 'svg',
  jpg: 'svg',
  jpeg: 'svg',
  gif: 'svg',
  yaml: 'json',
  yml: 'json',
};

const ENDING = /\.([a-z0-9]+)$/i;

type Said = readonly [message: string, hint: string];

/**
 * Why a file of this name cannot be written; undefined if it can.
 * @param isChosen the format is named: the file has it, whatever else has names like that
 */
export function endingRefusal(path: string, isChosen: boolean): Said | undefined {
  const ending = ENDING.exec(path)?.[1].toLowerCase() ?? '';
  const stem = path.slice(0, -ending.length - 1);
  if (Object.hasOwn(COMPRESSIONS, ending))
    return [`${COMPRESSIONS[ending]} is not written, only gzip: '${shown(path)}'`, `write '${shown(stem)}.gz'`];
  const inner = withoutCompression(path);
  const document = ENDING.exec(inner)?.[1].toLowerCase() ?? '';
  if (isChosen || !Object.hasOwn(DOCUMENTS, document)) return undefined;
  const instead = `${inner.slice(0, -document.length)}${DOCUMENTS[document]}${isCompressedPath(path) ? '.gz' : ''}`;
  return [`.${document} is not written: '${shown(path)}'`, `write '${shown(instead)}'`];
}

/**
 * What is said of a file whose name ends like that of another format than it is written in, or almost like that of one, as `x.cvs`;
 * undefined for other names.
 * @param chosen the format, if it does not follow from the name
 */
export function endingWarning(path: string, chosen?: FormatName): Said | undefined {
  const inner = withoutCompression(path);
  const named = formatOfPath(path);
  if (chosen !== undefined) {
    const document = ENDING.exec(inner)?.[1].toLowerCase() ?? '';
    // JSON is YAML.
    const isDocument = Object.hasOwn(DOCUMENTS, document) && DOCUMENTS[document] !== 'json';
    if (named === chosen || !(named ?? isDocument)) return undefined;
    const [extension] = formatOf(chosen).extensions ?? [];
    const meant = extension && inner.replace(ENDING, `.${extension}`) + path.slice(inner.length);
    return [
      `'${shown(path)}' is written as ${chosen}: its name ${named ? `is that of ${named}` : `ends with .${document}`}`,
      `write ${[meant && `'${shown(meant)}'`, named && `output ${named}`].filter(Boolean).join(', or ') || 'another name'}`,
    ];
  }
  const ending = /\.([a-z]{2,})$/i.exec(inner)?.[1].toLowerCase();
  if (ending === undefined || named !== undefined) return undefined;
  const known = FORMAT_NAMES.flatMap(name => formatOf(name).extensions ?? []);
  const best = known.find(each => each.length >= LEAST && distance(ending, each) === 1);
  if (best === undefined) return undefined;
  const meant = inner.slice(0, -ending.length) + best + path.slice(inner.length);
  return [`no format ends with .${ending}: '${shown(path)}'`, `did you mean '${shown(meant)}'?`];
}
