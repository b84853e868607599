/** Logs of events, in every format that a watch writes, as tables: groups, joins, except, union, named selects. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Source } from '../../../../src/engine/sources/source.js';
import type { FormatName, Modifier } from '../../../../src/lang/checked/ast.js';
import { select } from '../../../kit/engine.js';
import { file, readText } from '../../../kit/snapshot.js';
import { written } from '../../formats/support.js';

// Times without a zone are local.
process.env.TZ = 'UTC';

const test = suite('queries of event logs');

const TCP = 'src=192.0.2.10 dst=198.51.100.20 sport=40000 dport=443';
const NAT = 'src=198.51.100.20 dst=203.0.113.1 sport=443 dport=61000';
const UDP = 'src=192.0.2.11 dst=198.51.100.53 sport=5353 dport=53';
const ANSWER = 'src=198.51.100.53 dst=192.0.2.11 sport=53 dport=5353';
const LOG = [
  `[1795521600.000000]\t    [NEW] tcp      6 120 SYN_SENT ${TCP} [UNREPLIED] ${NAT}`,
  `[1795521601.000000]\t [UPDATE] tcp      6 60 SYN_RECV ${TCP} ${NAT}`,
  `[1795521602.000000]\t [UPDATE] tcp      6 432000 ESTABLISHED ${TCP} ${NAT} [ASSURED]`,
  `[1795521603.000000]\t    [NEW] udp      17 30 ${UDP} [UNREPLIED] ${ANSWER}`,
  `[1795521661.000000]\t[DESTROY] tcp      6 TIME_WAIT ${TCP} packets=12 bytes=3456 ${NAT} packets=9 bytes=544 [ASSURED]`,
  `[1795521670.000000]\t[DESTROY] udp      17 ${UDP} packets=1 bytes=60 [UNREPLIED] ${ANSWER} packets=0 bytes=0`,
];

/** As the formats write them; modifiers that keep the time. */
const FORMATS: readonly (readonly [FormatName, readonly Modifier[]])[] = [
  ['plain', ['timestamp']],
  ['extended', ['timestamp']],
  ['xml', ['timestamp']],
  ['save', []],
  ['json', []],
  ['jsonl', []],
  ['csv', []],
  ['tsv', []],
];

const HOSTS = file('ip,owner\n192.0.2.10,web\n192.0.2.11,dns\n');

/** Statements, their rows in order. LOG is the log, PART the log without its last event. */
const QUERIES: readonly (readonly [string, readonly (readonly unknown[])[]])[] = [
  [
    'select event, count(*) from LOG group by event order by event',
    [
      ['destroy', 2],
      ['new', 2],
      ['update', 2],
    ],
  ],
  [
    "select event, src from LOG where reply.dst = 203.0.113.1 and reply.dport = 61000 and event_time between '2026-11-24 12:00:01' and '2026-11-24 12:00:02' order by event_time",
    [
      ['update', 0xc000_020a],
      ['update', 0xc000_020a],
    ],
  ],
  ['select src, sum(bytes) from LOG where event = destroy group by src order by 2 desc limit 1', [[0xc000_020a, 4000]]],
  [
    'with begun as (select src, sport, event_time as at from LOG where event = new), ended as (select src, sport, event_time as at, bytes from LOG where event = destroy) ' +
      'select begun.src, ended.at - begun.at, ended.bytes from begun join ended on begun.src = ended.src and begun.sport = ended.sport order by begun.src',
    [
      [0xc000_020a, 61_000_000_000, 4000],
      [0xc000_020b, 67_000_000_000, 60],
    ],
  ],
  [
    `select h.owner as owner, count(*) from LOG join '${HOSTS}' as h on src = h.ip group by owner order by owner`,
    [
      ['dns', 2],
      ['web', 4],
    ],
  ],
  [
    'select src, sport from PART where event = new except select src, sport from PART where event = destroy',
    [[0xc000_020b, 5353]],
  ],
  ['select src, sport from LOG where event = new except select src, sport from LOG where event = destroy', []],
  [
    'select dst from LOG where event = new union select dst from LOG where event = destroy order by dst',
    [[0xc633_6414], [0xc633_6435]],
  ],
  ['select count(*) from (select event from LOG union all select event from PART) both', [[11]]],
  [
    'select event, proto from LOG where src in (select src from LOG where proto = tcp and state = ESTABLISHED) order by event_time desc limit 2',
    [
      ['destroy', 6],
      ['update', 6],
    ],
  ],
  ['select max(n) from (select src, count(*) as n from LOG group by src) each', [[4]]],
];

for (const [format, modifiers] of FORMATS) {
  test(`written as ${format}`, async () => {
    const fileOf = async (lines: readonly string[]): Promise<string> => {
      const { views } = await readText(`${lines.join('\n')}\n`);
      const begin = { table: 'conntrack', events: true } as const;
      return file(
        await written(
          format,
          sink => {
            sink.begin(begin);
            for (const view of views) sink.entry(view);
            sink.end();
          },
          modifiers,
        ),
      );
    };
    const [log, part] = [await fileOf(LOG), await fileOf(LOG.slice(0, -1))];
    for (const [query, expected] of QUERIES) {
      // The time of an event is not among the columns of whole entries.
      if (/event_time/.test(query) && (format === 'csv' || format === 'tsv')) continue;
      const text = query.replaceAll('LOG', `'${log}'`).replaceAll('PART', `'${part}'`);
      const { rows } = await select(text, { source: {} as Source });
      assert.equal(rows, expected, query);
    }
  });
}

test.run();
