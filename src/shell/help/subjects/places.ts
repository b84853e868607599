import { TABLES } from '../../../lang/schema/catalogue.js';
import type { HelpTopic } from '../topic.js';

/** The help pages of tables, and of where they are. */
export const PLACES = {
  tables: {
    summary: 'the tables of the language',
    text: [Object.values(TABLES).map(({ name, doc }) => [name, doc] as const)],
    examples: [
      { query: "select name, value from sysctl where name like '%timeout%'", what: 'the timeouts of this kernel' },
      { query: 'select from stats', what: 'the counters of each CPU' },
    ],
    see: ['describe', 'select', 'snapshots'],
  },
  history: {
    summary: 'record flows, and ask who had an address yesterday',
    text: [
      "watch … into records flows when they end, to /var/lib/ctq/history ('history') or to a folder. keep sets for how long, and optionally how many bytes; each recorder deletes its own oldest flows. With columns, only those fields are kept. A flow that is open for long is recorded every 30 minutes, with the counters of that time; these rows have event = update.",
      'in history reads what was recorded; in history with a folder in quotes, that folder. A range of time is required:',
      [
        ['since TIME', 'what ended since then; since forever reads everything'],
        ['between A and B', 'what ended from A, included, to B, excluded'],
        ['at TIME', 'what was open at that time; within 2s allows for clocks that differ'],
      ],
      "A time is '2026-11-27T14:03:00Z', UTC without an offset; '2026-11-27 15:03 Europe/Berlin'; now, today, yesterday, 'yesterday 14:00'; 10m ago or 10m, which is counted back from now.",
      'Fields: gateway, netns, event, start, since, stop, proto, addresses, ports and ICMP identifiers of both directions, their packets and bytes, status, mark, zone, labels, helper, id; and age, nat, family, packets, bytes, which are computed. Missing flows are reported with the result: lost events, and times without a recorder.',
      'Group by bucket(stop, 1h) for a course of time: output chart draws it, output svg as a picture. explain shows what SQL does of a query, and what it reads; show history what there is.',
      "A history may be in ClickHouse, for many gateways: watch … into 'clickhouse://USER@HOST/DATABASE' spool 2GiB sends flows through a spool on disk; in history 'clickhouse://…' asks. prepare history makes its tables. It requires the package @clickhouse/client.",
      'A history in files requires the package @duckdb/node-api; the start of flows requires net.netfilter.nf_conntrack_timestamp=1.',
    ],
    examples: [
      { query: "watch from conntrack on destroy into 'history' keep 30d", what: 'records until it is interrupted' },
      {
        query:
          "select src, sport from conntrack in history at '2026-11-27T14:03:00Z' where reply.dst = 203.0.113.7 and reply.dport = 40123",
        what: 'the client that had a translated address and port at a time',
      },
      {
        query:
          'select src, sum(bytes) as bytes from conntrack in history since now() - 7d group by src order by bytes desc limit 10',
        what: 'the top ten of a week',
      },
      {
        query:
          'select bucket(stop, 1h) as hour, sum(bytes) as bytes from conntrack in history since now() - 1d group by hour output chart',
        what: 'the day as a picture',
      },
    ],
    see: ['watch', 'select', 'show', 'prepare'],
  },
  fleet: {
    summary: 'many gateways, asked together',
    text: [
      'in fleet reads the tables of all members of the fleet, in fleet with the name of a group or a member, or several in parentheses, those. The field gateway shows where a row comes from. A fleet is only read: select, count and watch.',
      'The members are listed in /etc/ctq/fleet.conf and ~/.config/ctq/fleet.conf, a line for each: its name, its groups, and how it is reached.',
      [
        ['gw1 edge paris nats', 'by its agent, which is connected to a NATS server'],
        ['gw3 lab ssh root@gw3', 'by ssh, which must log in without asking; for about ten hosts at most'],
        ['server = tls://HOST:4222', 'the NATS server; ca, nkey, cert and key name files'],
      ],
      'Gateways that do not answer are named with the reason, and the exit status is 1; set fleet_missing = fail gives no result instead. fleet_deadline is how long each may take.',
      'A watch names gateways that go, and asks them again until they answer; lost events are counted for each. show fleet lists the members: clock_ahead is how far their clock is ahead of the one here, negative if it is behind; lost_events is what their agents have lost since they started.',
    ],
    examples: [
      {
        query: 'select src, count(*) from conntrack in fleet group by src order by 2 desc limit 10',
        what: 'the top ten of all gateways',
      },
      {
        query: "select gateway, count(*) from conntrack in fleet 'edge' where dport = ssh group by gateway",
        what: 'the gateways of a group',
      },
      {
        query: "select gateway, value from sysctl in fleet where name = 'nf_conntrack_count'",
        what: 'how full the tables are',
      },
      {
        query: 'watch gateway, src, dst from conntrack in fleet on new where dport = ssh for 1s',
        what: 'events of all gateways',
      },
      { query: 'show fleet', what: 'the members' },
    ],
    see: ['namespaces', 'use', 'settings'],
  },
  files: {
    summary: 'dumps, logs, and tables of columns',
    text: [
      'The name of a file in quotes is a table. What it holds is decided by its content, not by its name:',
      [
        ['dumps', 'entries, as conntrack(8), /proc, ctq and others write them: see snapshots'],
        ['logs', 'events, as conntrack -E writes them; they have event and event_time. watch from follows one'],
        ['columns', 'CSV with commas, tabs, semicolons or bars, and names in the first line; JSON objects'],
      ],
      "A path with *, ? or [0-9] names all files that match: 'year/*.log.gz'. They are one table, in the order of their names, and of one kind; filename is the file of a row.",
      "'-' is standard input, of entries or of columns. Files may be compressed: gzip, zstd, xz, bzip2, lz4.",
      "A cell has the type of what it is compared with; column::integer gives it one. A name that is not a word is called by one: IP Address is IP_Address. describe 'FILE' shows all columns.",
      "A column is a list of values: in (select ip from 'hosts.csv'). A join adds the columns of a file, or the fields of its entries: join 'now.save' as d on d.src = ….",
    ],
    examples: [
      { query: "select ip, owner from 'hosts.csv' order by ip::address", what: 'a table of columns' },
      { query: "select from conntrack where src in (select ip from 'hosts.csv')", what: 'a list of values' },
      {
        query: "select h.owner, count(*) from conntrack join 'hosts.csv' h on src = h.ip group by h.owner",
        what: 'columns joined to flows',
      },
      { query: "select event, count(*) from 'year/*.log.gz' group by event", what: 'several files as one table' },
      { query: "describe 'hosts.csv'", what: 'what a file holds' },
    ],
    see: ['snapshots', 'join', 'describe'],
  },
  snapshots: {
    summary: 'files of entries',
    text: [
      "The name of a file in quotes is a table: a file that ctq's output save, xml, plain, extended, json, jsonl, csv or tsv wrote, or the output of conntrack(8). '-' is standard input. output save keeps everything that can be restored.",
    ],
    examples: [
      { query: "select from conntrack output save to 'now.save'", what: 'take one' },
      { query: "select proto, count(*) from 'now.save' group by proto", what: 'query it' },
      { query: "select from conntrack except select from 'now.save'", what: 'flows that began since' },
      { query: "insert into conntrack from 'now.save' on conflict ignore", what: 'restore it' },
    ],
    see: ['files', 'insert', 'except', 'output'],
  },
  namespaces: {
    summary: 'other network namespaces, and other hosts',
    text: [
      'A statement reads or changes the network namespace given by in: netns NAME as ip netns list shows it, or pid N of a process in it. use and --netns set it for all statements. Entering another namespace requires CAP_SYS_ADMIN.',
      'netns * means all named namespaces, for select and watch; the field netns shows where a row comes from. ssh names another host, for reading and watching only: ctq or conntrack(8) must be installed there, and ssh must log in without asking. A list in parentheses names several hosts, which are read side by side; the field gateway shows where a row comes from.',
    ],
    examples: [
      { query: 'count conntrack in netns blue', what: 'a namespace by name' },
      {
        query: 'select netns, count(*) from conntrack in netns * group by netns',
        what: 'the number of flows in each',
      },
      { query: "count conntrack in ssh 'root@gw1'", what: 'another host' },
      {
        query: "select gateway, count(*) from conntrack in ssh ('gw1', 'gw2') group by gateway",
        what: 'several hosts',
      },
      { query: 'select from conntrack in pid 4711', what: 'the namespace of a process, such as a container' },
      {
        query: 'insert into conntrack in netns blue from conntrack where zone = 11',
        what: 'copy flows to another namespace',
      },
    ],
    see: ['use', 'fleet'],
  },
} as const satisfies Record<string, HelpTopic>;
