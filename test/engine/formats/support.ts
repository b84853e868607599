/** What the tests of the formats share: sinks that write into a string, views of messages, an environment. */
import { Writable } from 'node:stream';
import type { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { MessageView as View } from '../../../src/engine/ctnetlink/view/view.js';
import type { FormatName, Modifier } from '../../../src/lang/checked/ast.js';
import type { Environment } from '../../../src/lang/schema/environment.js';
import { createSink, type OutputOptions, type OutputSink } from '../../../src/shell/output/create-sink.js';
import { StreamDestination } from '../../../src/shell/output/destination.js';

/** A view of the one message that a buffer begins with. */
export function viewOf(message: Uint8Array): MessageView {
  const view = new View();
  view.set(message, 0);
  return view;
}

export const environment: Environment = {
  servicePort: name => (name === 'https' ? 443 : undefined),
  serviceName: port => (port === 443 ? 'https' : port === 53 ? 'domain' : undefined),
  serviceNames: () => ['https', 'domain'],
  labelBit: name => (name === 'one' ? 0 : name === 'five' ? 5 : undefined),
  labelName: bit => (bit === 0 ? 'one' : bit === 5 ? 'five' : undefined),
  labelNames: () => ['one', 'five'],
  now: () => BigInt(Date.now()) * 1_000_000n,
};

export class Collected extends Writable {
  readonly chunks: Buffer[] = [];
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    // The writer uses its memory again.
    this.chunks.push(Buffer.from(chunk));
    done();
  }
  get text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}

export async function sinkTo(
  stream: Writable,
  format: FormatName,
  modifiers: readonly Modifier[] = [],
  options: Partial<OutputOptions> = {},
): Promise<OutputSink> {
  return createSink(
    { format, modifiers },
    {
      destination: new StreamDestination(stream),
      isTTY: false,
      color: false,
      unicode: true,
      environment,
      ...options,
    },
  );
}

/** What a format writes for what `fill` gives it. */
export async function written(
  format: FormatName,
  fill: (sink: OutputSink) => void | Promise<void>,
  modifiers: readonly Modifier[] = [],
  options: Partial<OutputOptions> = {},
): Promise<string> {
  const stream = new Collected();
  const sink = await sinkTo(stream, format, modifiers, options);
  await fill(sink);
  await sink.close();
  return stream.text;
}

/** As fmt(1): words in lines of at most a width. */
export function filled(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines[lines.length - 1];
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
