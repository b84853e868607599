import type { FlowField } from '../../../lang/schema/catalogue.js';
import { CTA, CTA_SECCTX_NAME } from '../constants.js';
import type { MessageView } from '../view/view.js';
import { ALWAYS, type Attribute, attribute, type Codec, NEVER, nestedText, u32 } from './codec.js';

/**
 * The fields of a flow that are one attribute each, under the field's own name. A row here and one in the catalogue
 * (`lang/schema/fields/conntrack.ts`) make a field: messages are decoded and encoded, queries read it, and every format that
 * writes fields by name (columns, JSON, the comment of `save` lines) writes and reads it. conntrack(8)'s own formats have words of their own.
 * The order is that of the kernel's dumps.
 */
export const SIMPLE_FIELDS = {
  mark: attribute(u32(CTA.MARK), ALWAYS),
  secmark: attribute(u32(CTA.SECMARK)),
  secctx: attribute(nestedText(CTA.SECCTX, CTA_SECCTX_NAME)),
  id: attribute(u32(CTA.ID)),
  use: attribute(u32(CTA.USE), NEVER, { isVolatile: true }),
} as const satisfies { readonly [K in FlowField]?: Attribute<number> | Attribute<string> };

export type SimpleField = keyof typeof SIMPLE_FIELDS;

/** The values of a flow's simple fields; undefined if the flow does not have them. */
export type SimpleValues = {
  readonly [K in SimpleField]?: (typeof SIMPLE_FIELDS)[K] extends Codec<infer T> ? T : never;
};

export const isSimpleField = (name: string): name is SimpleField => Object.hasOwn(SIMPLE_FIELDS, name);

/** The security context of a message, or null. */
export const secctxOf = (view: MessageView): string | null => SIMPLE_FIELDS.secctx.read(view) ?? null;
