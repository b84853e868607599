import type { Sink } from '../../../engine/formats/sink.js';
import type { FormatContext } from '../../../engine/formats/writing/format.js';
import type { XmlFrame } from '../../../engine/formats/xml/sink.js';
import type { FormatName } from '../../../lang/checked/ast.js';
import type { CommandLine } from '../argv/command-line.js';
import type { Buffering } from './stdio.js';

type Line = Pick<CommandLine, 'command' | 'table' | 'output'>;

/** How conntrack(8) buffers: it flushes each event, and a list of XML at its end. */
export function bufferingOf({ command, output }: Line): Buffering {
  const isFlushed = command === 'event' || (command === 'list' && output.includes('xml'));
  return { whole: !isFlushed, mayFail: command === 'delete' || command === 'update' };
}

/** The sinks of formats that conntrack(8) writes in another way than the language; undefined for the others. */
export function formatOf(line: Line, format: FormatName, context: FormatContext): Promise<Sink> | undefined {
  switch (format) {
    case 'save':
      return saveLines(line, context);
    case 'xml':
      return xml(frameOf(line), context);
    default:
      return undefined;
  }
}

async function saveLines({ command }: Line, { text }: FormatContext): Promise<Sink> {
  const { SaveLines } = await import('./save-sink.js');
  return new SaveLines(text, command === 'delete' ? 'destroy' : 'new');
}

async function xml(frame: XmlFrame, context: FormatContext): Promise<Sink> {
  const { XmlSink } = await import('../../../engine/formats/xml/sink.js');
  return new XmlSink(context, frame);
}

function frameOf({ command }: Line): XmlFrame {
  switch (command) {
    case 'list':
    case 'event':
      return 'filled';
    case 'get':
      return 'begun';
    default:
      return 'none';
  }
}
