import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import type { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { WireError } from '../../../src/engine/ctnetlink/wire-error.js';
import type { FormatName, Modifier } from '../../../src/lang/checked/ast.js';
import { FORMATS } from '../../../src/lang/schema/formats/formats.js';
import type { Value } from '../../../src/lang/values/value.js';
import { environment, viewOf, written } from '../../engine/formats/support.js';
import { expectationMessage, flowMessage } from '../../kit/arbitrary-messages.js';
import * as encode from '../../kit/encode.js';
import { asyncProperty, type Target } from '../harness.js';
import { hostileText, mutatedMessage } from '../mutations.js';
import { MESSAGES } from './decoder.js';

/** A message whose texts come from somebody who means harm: helper and security context, or helper and function. */
const hostileMessage = fc
  .tuple(fc.oneof(flowMessage, expectationMessage), hostileText, hostileText)
  .map(([message, first, second]) => {
    const utf8 = (type: number, text: string) => encode.blob(type, Buffer.from(`${text}\0`));
    const more =
      message.readUInt16LE(4) >> 8 === 1
        ? [encode.nest(5, [utf8(1, first)]), encode.nest(19, [utf8(1, second)])]
        : [utf8(6, first), utf8(11, second)];
    const whole = Buffer.concat([message, ...more]);
    whole.writeUInt32LE(whole.length, 0);
    return Uint8Array.from(whole);
  });

interface Shown {
  readonly message: Uint8Array;
  /** A cell of text, and names of columns and labels. */
  readonly cell: string;
  readonly name: string;
  readonly isTTY: boolean;
  readonly modifiers: readonly Modifier[];
}

const shown = fc.record<Shown>({
  message: fc.oneof(mutatedMessage(MESSAGES), hostileMessage),
  cell: hostileText,
  name: hostileText,
  isTTY: fc.boolean(),
  modifiers: fc.constantFrom<readonly Modifier[]>(
    [],
    ['id', 'labels', 'timestamp'],
    ['ktimestamp', 'userspace', 'human'],
  ),
});

const NAMES = Object.keys(FORMATS) as FormatName[];
const ENTRIES_ONLY: ReadonlySet<FormatName> = new Set<FormatName>(['plain', 'extended', 'save']);
const ROWS_ONLY: ReadonlySet<FormatName> = new Set<FormatName>(['bars']);

/** C0 but the end of a line, DEL, C1, and what turns the direction of writing around. */
const STEERING = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function judge(format: FormatName, text: string, columns: number, { isTTY }: Shown): void {
  const fail = (why: string): never => {
    throw new Error(`${format}: ${why}: ${JSON.stringify(text.slice(0, 2000))}`);
  };
  // The tabs of tsv, and that of conntrack(8) after the time, are the format's own.
  const foreign = format === 'tsv' ? text.replaceAll('\t', ' ') : text.replaceAll(/^(\[[\d.]+\])\t/gm, '$1');
  // Programs get the characters themselves where the format has no other way to say them.
  if ((format !== 'csv' || isTTY) && STEERING.test(foreign)) fail('control codes');
  switch (format) {
    case 'json':
      if ((JSON.parse(text) as unknown[]).length !== 1) fail('not one row');
      break;
    case 'jsonl':
      if (text.split('\n').length !== 2) fail('not one line');
      JSON.parse(text);
      break;
    case 'xml':
    case 'svg':
      if (XMLValidator.validate(text) !== true) fail('no XML');
      break;
    case 'csv': {
      const rows = parseCsv(text) as string[][];
      if (rows.length !== 2 || rows.some(row => row.length !== columns)) fail(`not 2 rows of ${columns}`);
      break;
    }
    case 'tsv':
      if (text.split('\n').length !== 3) fail('not 2 rows');
      if (text.split('\n').some(line => line !== '' && line.split('\t').length !== columns))
        fail(`not ${columns} columns`);
      break;
    case 'plain':
    case 'extended':
    case 'save':
      if (text.split('\n').length > 2) fail('more than a line');
      break;
    default:
  }
}

async function showAll(each: Shown): Promise<void> {
  let view: MessageView;
  try {
    view = viewOf(each.message);
  } catch (error) {
    if (error instanceof WireError) return;
    throw error;
  }
  const table = view.isExpectation ? 'expect' : 'conntrack';
  const options = {
    isTTY: each.isTTY,
    environment: { ...environment, labelName: () => each.name, serviceName: () => each.name },
  };
  const columns = [
    { name: each.name || 'x', type: { name: 'text' as const } },
    { name: 'orig.bytes', type: { name: 'integer' as const } },
  ];
  const values: Value[] = [each.cell, 5];
  for (const format of NAMES) {
    if (!ROWS_ONLY.has(format)) {
      let count = 0;
      const text = await written(
        format,
        sink => {
          sink.begin({ table });
          sink.entry(view);
          sink.end();
        },
        each.modifiers,
        options,
      );
      if (format === 'csv') count = (parseCsv(text) as string[][])[0].length;
      if (format === 'tsv') count = text.split('\n')[0].split('\t').length;
      judge(format, text, count, each);
    }
    if (ENTRIES_ONLY.has(format)) continue;
    const text = await written(
      format,
      sink => {
        sink.begin({ table: 'conntrack', columns });
        sink.row(values);
        sink.end();
      },
      [],
      options,
    );
    judge(format, text, columns.length, each);
  }
}

export const output: Target = {
  name: 'output',
  what: 'names, contexts, labels, cells that hold control codes and quotes, in every format',
  runs: 150,
  property: () => asyncProperty(shown, showAll),
};
