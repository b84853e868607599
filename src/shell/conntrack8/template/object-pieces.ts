import type { Field, Places as FieldPlaces, Write } from './field.js';
import * as field from './field.js';
import type { Places } from './places.js';

/** A piece of an object's text: a value that differs from line to line, or what stands between those. */
export type Piece = string | Field;

/** Values that nothing can be made of again. */
const TOLD = /^(?:id|use|secmark|start|stop|(?:(?:orig|reply)\.)?(?:packets|bytes))$/;
/** What a form cannot have: more follows from it than a value in the message. */
const OWN = /^(?:master|seqadj)\b|^state$/;

/**
 * Takes the object that ctq's `output save` writes behind a line apart.
 * @param labels the bits of a list of labels, as the message has them; undefined where one is unknown
 * @param flags the bits of a list of TCP's flags
 * @returns undefined where its lines have no form
 */
export function objectPieces(
  text: string,
  places: Places,
  labels: (list: string) => Uint8Array | undefined,
  flags: (list: string) => number,
): readonly Piece[] | undefined {
  const writers: Readonly<Record<string, Write | undefined>> = {
    'tcp.orig.wscale': at(places.origWscale, field.u8),
    'tcp.reply.wscale': at(places.replyWscale, field.u8),
    'tcp.orig.flags': at(places.origFlags, to => field.words8(to, flags)),
    'tcp.reply.flags': at(places.replyFlags, to => field.words8(to, flags)),
    labels: at(places.labels, to => field.blobs(to, labels)),
    'reply.icmp_id': at(places.snat.port, field.u16),
  };
  const pieces: Piece[] = [];
  let done = 0;
  for (const { path, from, to } of scalars(text)) {
    if (OWN.test(path)) return undefined;
    const write = TOLD.test(path) ? field.anything : writers[path];
    if (write === undefined) {
      if (Object.hasOwn(writers, path)) return undefined;
      continue;
    }
    pieces.push(text.slice(done, from), field.member(write));
    done = to;
  }
  pieces.push(text.slice(done));
  return pieces;
}

const at = (place: number, writer: (places: FieldPlaces) => Write): Write | undefined =>
  place < 0 ? undefined : writer([place]);

interface Scalar {
  /** Names joined by dots. */
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[{}:,]|[^\s"[\]{}:,]+/g;

/** The members of an object that is known to be one: numbers, texts, words, and lists as a whole. */
function* scalars(text: string): Generator<Scalar> {
  const path: string[] = [];
  let name = '';
  let isValue = false;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === ':') isValue = true;
    else if (token === ',') isValue = false;
    else if (token === '{') {
      if (isValue) path.push(name);
      isValue = false;
    } else if (token === '}') {
      path.pop();
      isValue = false;
    } else if (isValue) {
      yield { path: [...path, name].join('.'), from: index, to: index + token.length };
    } else name = token.slice(1, -1);
  }
}
