import { FORMATS, MODIFIER_NAMES, modifierDoc } from '../../../lang/schema/formats/formats.js';
import type { HelpTopic } from '../topic.js';

/** The help pages of how results are shown. */
export const RESULTS = {
  output: {
    summary: 'the format and destination of results',
    syntax: [
      "… output [FORMAT, MODIFIER, …] [to 'FILE']",
      "… output nagios [warning CONDITION] [critical CONDITION] [to 'FILE']",
    ],
    text: [
      'At the end of a statement, or for all statements: ctq -o FORMAT,MODIFIER --to FILE. A file appears complete or not at all.',
      MODIFIER_NAMES.map(name => [name, modifierDoc(name)] as const),
    ],
    examples: [
      { query: 'select from conntrack output extended, id', what: "conntrack(8)'s lines, with ids" },
      { query: 'select src, dst, bytes from conntrack output csv, noheader', what: 'for other programs' },
      { query: 'select proto, count(*) from conntrack group by proto output bars', what: 'a chart' },
      {
        query: 'select proto, count(*) as ctq_flows from conntrack group by proto output openmetrics',
        what: 'for Prometheus',
      },
      {
        query: 'select count(*) as flows from conntrack output nagios warning flows > 200k critical flows > 250k',
        what: 'a check for Nagios and Icinga: one line, and the exit status',
      },
    ],
    see: ['formats', 'snapshots', 'settings'],
  },
  formats: {
    summary: 'table, json, csv and others',
    text: [Object.entries(FORMATS).map(([name, { doc }]) => [name, doc] as const)],
    examples: [
      { query: 'select from conntrack limit 1 output vertical', what: 'all fields of one flow' },
      { query: 'select from conntrack output jsonl', what: 'one object per line, for jq' },
    ],
    see: ['output'],
  },
} as const satisfies Record<string, HelpTopic>;
