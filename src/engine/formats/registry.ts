/**
 * The formats: a folder each. What `output` offers has a row in src/lang/schema/formats/formats.ts, which names the folder; its sink.ts exports
 * `createSink`. What can be read has a row here. Each is loaded when it is first used.
 */
import type { FormatName } from '../../lang/schema/formats/formats.js';
import { type Cut, flowCut, lineCut, objectCut } from './reading/cutting/cuts.js';
import type { Entries } from './reading/entries.js';
import type { LineFormat, ObjectFormat, Reader } from './reading/reader.js';
import type { Sink } from './sink.js';
import type { FormatContext } from './writing/format.js';

/** What a folder's sink.ts exports. */
export interface SinkModule {
  createSink(context: FormatContext, format: FormatName): Sink;
}

export async function createFormatSink(folder: string, format: FormatName, context: FormatContext): Promise<Sink> {
  // Found by its folder: a table of loaders here would be a second list of the formats. The bundler includes every sink.ts.
  const { createSink } = (await import(`./${folder}/sink.ts`)) as SinkModule;
  return createSink(context, format);
}

/** A format that can be read: one of the three, recognised as src/engine/formats/detect.ts says. */
interface ReadFormat {
  /** The programs that write it, for the message that a file is in no known format. */
  readonly writers: readonly string[];
  /** Its lines are entries. */
  readonly lines?: () => Promise<LineFormat>;
  /** Its JSON objects are entries. */
  readonly objects?: () => Promise<ObjectFormat>;
  /** Of any other. */
  readonly reader?: (entries: Entries) => Promise<Reader>;
  /** Where its files can be divided; left out: nowhere. */
  readonly cut?: Cut;
  /** It has the state of each connection of TCP: an entry without one has lost a part of itself. */
  readonly hasStates?: true;
}

/** Formats of lines, and those of objects, are tried in this order. */
export const READ_FORMATS = {
  save: {
    writers: ['conntrack(8)'],
    lines: async () => (await import('./save/reader.js')).SAVE_LINES,
    cut: lineCut,
    hasStates: true,
  },
  ovs: {
    writers: ['Open vSwitch'],
    lines: async () => (await import('./ovs/reader.js')).OVS_LINES,
    cut: lineCut,
  },
  logemu: {
    writers: ['ulogd'],
    lines: async () => (await import('./logemu/reader.js')).LOGEMU_LINES,
    cut: lineCut,
  },
  cilium: {
    writers: ['cilium'],
    lines: async () => (await import('./cilium/line-reader.js')).CILIUM_LINES,
    cut: lineCut,
  },
  statistics: {
    writers: ['conntrack(8)', '/proc'],
    lines: async () => (await import('./statistics/reader.js')).STATISTICS_LINES,
  },
  delimited: {
    writers: ['ctq'],
    lines: async () => (await import('./delimited/reader.js')).DELIMITED_LINES,
    hasStates: true,
  },
  lines: {
    writers: ['conntrack(8)', 'conntrackd(8)', '/proc'],
    lines: async () => (await import('./lines/reader.js')).CONNTRACK_LINES,
    cut: lineCut,
    hasStates: true,
  },
  xml: {
    writers: ['conntrack(8)'],
    reader: async entries => new (await import('./xml/reader.js')).XmlReader(entries),
    cut: flowCut,
    hasStates: true,
  },
  'cilium-json': {
    writers: ['cilium'],
    objects: async () => (await import('./cilium/object-reader.js')).CILIUM_OBJECTS,
  },
  ulogd: {
    writers: ['ulogd'],
    objects: async () => (await import('./ulogd/reader.js')).ULOGD_OBJECTS,
  },
  jc: {
    writers: ['jc'],
    objects: async () => (await import('./jc/reader.js')).JC_OBJECTS,
    hasStates: true,
  },
  wrapped: {
    writers: ['docker', 'journalctl'],
    objects: async () => (await import('./wrapped/reader.js')).WRAPPED_OBJECTS,
    hasStates: true,
  },
  luci: {
    writers: ['LuCI'],
    objects: async () => (await import('./luci/reader.js')).LUCI_OBJECTS,
  },
  json: {
    writers: ['ctq'],
    reader: async entries => new (await import('./json/reader.js')).JsonReader(entries),
    cut: objectCut,
    hasStates: true,
  },
} as const satisfies Record<string, ReadFormat>;

export type ReadFormatName = keyof typeof READ_FORMATS;
