/**
 * The text of entries with the same layout: constant pieces, and between them the values at known places of the message. Formats
 * make one for each layout of messages that they meet; writing an entry is then one walk over its parts.
 */

import { STATUS_FLAGS } from '../../../../lang/schema/constants.js';
import type { MessageView } from '../../../ctnetlink/view/view.js';
import type { Text } from '../text.js';
import { BE16, BE32, BE32_PIECE, BE64, BYTE, BYTE_PIECE, CALL, IPV4, NOTHING, Part } from './part.js';
import { Piece } from './piece.js';

type Write = (text: Text, view: MessageView) => void;

/** The parts of an entry's text. */
export type Template = readonly Part<Text>[];

/** Puts a template together from a message of its kind. Places are those in the view's bytes. */
export class TemplateMaker {
  readonly #begin: number;
  readonly #parts: Part<Text>[] = [];
  #text = '';

  constructor(view: MessageView) {
    this.#begin = view.begin;
  }

  /** ASCII characters. */
  text(text: string): this {
    this.#text += text;
    return this;
  }

  ipv4(at: number): this {
    return this.#add(IPV4, at);
  }

  byte(at: number): this {
    return this.#add(BYTE, at);
  }

  be16(at: number): this {
    return this.#add(BE16, at);
  }

  be32(at: number): this {
    return this.#add(BE32, at);
  }

  be64(at: number): this {
    return this.#add(BE64, at);
  }

  /** @param make the text, of ASCII characters, of a byte's value */
  byByte(at: number, make: (value: number) => string): this {
    return this.#add(BYTE_PIECE, at, undefined, make);
  }

  byBe32(at: number, make: (value: number) => string): this {
    return this.#add(BE32_PIECE, at, undefined, make);
  }

  /** What has no fixed form: written by a function, each time. */
  call(write: Write): this {
    return this.#add(CALL, this.#begin, write);
  }

  make(): Template {
    if (this.#text !== '') this.#add(NOTHING, this.#begin);
    return this.#parts;
  }

  #add(kind: number, at: number, call?: Write, make?: (value: number) => string): this {
    this.#parts.push(new Part(new Piece(this.#text), kind, at - this.#begin, call, make));
    this.#text = '';
    return this;
  }
}

/** Where a flow is translated, it has more fields. */
const NAT = STATUS_FLAGS.SRC_NAT | STATUS_FLAGS.DST_NAT;

/** More kinds of entries than any table has; beyond that, all are dropped. */
const MAX_TEMPLATES = 256;

/** The templates of one format with one set of options. */
export class Templates {
  readonly #make: (view: MessageView) => Template;
  readonly #known = new Map<object, Map<number, Template>>();
  #count = 0;
  #layout: object | undefined;
  #key = -1;
  #parts: Template = [];

  /** @param make may look at where things are in a message, its family, the protocols of its tuples, and whether it is translated */
  constructor(make: (view: MessageView) => Template) {
    this.#make = make;
  }

  of(view: MessageView): Template {
    const { layout } = view;
    const nat = Math.max(view.status, 0) & NAT;
    // Bits 4 and 5 of the status are placed above the 18 of the protocols.
    const key = (view.family << 20) | (nat << 14) | ((view.orig.proto & 511) << 9) | (view.reply.proto & 511);
    if (layout === this.#layout && key === this.#key) return this.#parts;
    let byKey = this.#known.get(layout);
    let parts = byKey?.get(key);
    if (parts === undefined) {
      if (this.#count++ >= MAX_TEMPLATES) {
        this.#known.clear();
        this.#count = 1;
      }
      parts = this.#make(view);
      byKey = this.#known.get(layout) ?? new Map<number, Template>();
      byKey.set(key, parts);
      this.#known.set(layout, byKey);
    }
    this.#layout = layout;
    this.#key = key;
    this.#parts = parts;
    return parts;
  }
}
