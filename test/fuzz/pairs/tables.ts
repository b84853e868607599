/** What is asked of each table, and a naive answer to each condition. */
import type { Entry } from './rows.js';

export interface Condition {
  readonly text: string;
  /** Whether a row meets it; undefined: not known here. */
  readonly holds: (row: Entry, all: readonly Entry[]) => boolean;
  /** Columns that it reads and some snapshots lack. */
  readonly needs?: readonly string[];
}

export interface TableFacts {
  /** Column → the expression that gives it. */
  readonly columns: Readonly<Record<string, string>>;
  /** What tells its rows apart, and every format holds. */
  readonly identity: readonly string[];
  /** Columns of numbers that are sorted by, in `fields` and in whole entries. */
  readonly number: string;
  /** Columns that are shown one by one. */
  readonly fields: readonly string[];
  /** What rows are grouped by. */
  readonly key: string;
  readonly address: string;
  readonly wheres: Readonly<Record<string, Condition>>;
}

const isInside = (address: string, prefix: string): boolean => address.startsWith(prefix);
const numberOf = (text: string): number => (text === '' ? Number.NaN : Number(text));

/** @param place ` in netns blue`, or what follows the table's name */
function flows(table: string, place: string): TableFacts {
  const isPort = (row: Entry, port: string): boolean =>
    ['orig.sport', 'orig.dport', 'reply.sport', 'reply.dport'].some(name => row[name] === port);
  const largest = (all: readonly Entry[]): string =>
    String(Math.max(...all.map(row => numberOf(row['orig.sport'])).filter(port => !Number.isNaN(port))));
  return {
    columns: {
      family: 'family',
      proto: 'proto',
      'orig.src': 'src',
      'orig.dst': 'dst',
      'orig.sport': 'sport',
      'orig.dport': 'dport',
      'reply.src': 'reply.src',
      'reply.dst': 'reply.dst',
      'reply.sport': 'reply.sport',
      'reply.dport': 'reply.dport',
      icmp_type: 'icmp_type',
      zone: 'zone',
      mark: 'mark',
      state: 'state',
      helper: 'helper',
      labels: 'labels',
      assured: 'status has ASSURED',
      young: 'age between 0s and 1h',
    },
    identity: ['proto', 'orig.src', 'orig.dst', 'orig.sport', 'orig.dport', 'reply.src', 'zone'],
    number: 'orig.sport',
    fields: ['orig.src', 'orig.dst', 'orig.sport', 'orig.dport', 'mark', 'state', 'young'],
    key: 'proto',
    address: 'orig.src',
    wheres: {
      pushable: {
        text: 'proto = tcp and family = ipv4',
        holds: row => row.proto === 'tcp' && row.family === 'ipv4',
      },
      'pushable mark': { text: 'mark = 4608', holds: row => row.mark === '4608', needs: ['mark'] },
      residual: { text: 'sport > 20040', holds: row => numberOf(row['orig.sport']) > 20_040 },
      mixed: {
        text: 'proto = udp and (dport = 53 or mark & 0xff = 255)',
        holds: row => row.proto === 'udp' && (row['orig.dport'] === '53' || (Number(row.mark) & 255) === 255),
        needs: ['mark'],
      },
      negated: { text: 'not port = 80', holds: row => !isPort(row, '80') },
      network: { text: 'src = 10.0.0.0/8', holds: row => isInside(row['orig.src'], '10.') },
      host: {
        text: 'host = 2001:db8::/32',
        holds: row =>
          [row['orig.src'], row['orig.dst'], row['reply.src'], row['reply.dst']].some(each =>
            isInside(each, '2001:db8:'),
          ),
      },
      list: {
        text: 'dport in (http, 443, 5000..5100)',
        holds: row =>
          ['80', '443'].includes(row['orig.dport']) ||
          (numberOf(row['orig.dport']) >= 5000 && numberOf(row['orig.dport']) <= 5100),
      },
      'negated list': {
        text: 'src not in (10.0.0.0/8, 192.0.2.1)',
        holds: row => !isInside(row['orig.src'], '10.') && row['orig.src'] !== '192.0.2.1',
      },
      'in subquery': {
        text: `dport in (select dport from ${table}${place} where state = CLOSE_WAIT)`,
        holds: (row, all) =>
          row['orig.dport'] !== '' &&
          all.some(each => each.state === 'CLOSE_WAIT' && each['orig.dport'] === row['orig.dport']),
      },
      'value of a subquery': {
        text: `sport = (select max(sport) from ${table}${place})`,
        holds: (row, all) => row['orig.sport'] === largest(all),
      },
      flags: { text: 'status has ASSURED', holds: row => row.assured === 'true', needs: ['assured'] },
      state: { text: 'state = ESTABLISHED', holds: row => row.state === 'ESTABLISHED' },
      null: { text: 'dport is null', holds: row => row['orig.dport'] === '' },
      like: { text: "helper like 'ft%'", holds: row => row.helper.startsWith('ft'), needs: ['helper'] },
      labels: { text: 'labels has five', holds: row => row.labels.split(',').includes('five'), needs: ['labels'] },
      icmp: {
        text: 'proto = icmp and icmp_type = 8',
        holds: row => row.proto === 'icmp' && row.icmp_type === '8',
        needs: ['icmp_type'],
      },
      variable: {
        text: 'zone = $z and src is private',
        holds: row => row.zone === '11' && /^(10\.|fd)/.test(row['orig.src']),
      },
      tuple: {
        text: 'proto = tcp and src = 10.1.0.1 and dst = 192.0.2.1 and sport = 2122 and dport = 21 and zone = 0',
        holds: row => row['orig.src'] === '10.1.0.1' && row['orig.sport'] === '2122',
      },
    },
  };
}

function expectations(place: string): TableFacts {
  return {
    columns: {
      family: 'family',
      proto: 'proto',
      src: 'src',
      dst: 'dst',
      sport: 'sport',
      dport: 'dport',
      'mask.src': 'mask.src',
      'master.src': 'master.src',
      'master.sport': 'master.sport',
    },
    identity: ['proto', 'src', 'dst', 'dport', 'master.src'],
    number: 'dport',
    fields: ['src', 'dst', 'dport', 'mask.src', 'master.src', 'master.sport'],
    key: 'family',
    address: 'src',
    wheres: {
      pushable: { text: 'family = ipv6', holds: row => row.family === 'ipv6' },
      residual: { text: 'dport > 30001', holds: row => numberOf(row.dport) > 30_001 },
      mixed: {
        text: 'family = ipv4 and (dport = 30001 or master.sport = 2121)',
        holds: row => row.family === 'ipv4' && (row.dport === '30001' || row['master.sport'] === '2121'),
      },
      negated: { text: 'not port = 30001', holds: row => row.dport !== '30001' },
      network: { text: 'dst = 10.0.0.0/8', holds: row => isInside(row.dst, '10.') },
      host: { text: 'host = fd00:1::/64', holds: row => row.family === 'ipv6' },
      list: {
        text: 'dport in (30001, 30003..30009)',
        holds: row => row.dport === '30001' || row.dport === '30003',
      },
      'in subquery': {
        text: `dport in (select dport from expect${place} where family = ipv6)`,
        holds: row => row.dport === '30002',
      },
      'value of a subquery': {
        text: `dport = (select max(dport) from expect${place})`,
        holds: row => row.dport === '30003',
      },
      null: { text: 'master.src is not null', holds: () => true },
      variable: { text: 'master.sport = 2111 + $z', holds: row => row['master.sport'] === '2122' },
      tuple: {
        text: 'proto = tcp and src = 192.0.2.1 and dst = 10.1.0.1 and sport = 0 and dport = 30001',
        holds: row => row.dport === '30001',
      },
    },
  };
}

function statistics(table: string, place: string, more: readonly string[]): TableFacts {
  return {
    columns: { cpu: 'cpu' },
    identity: ['cpu'],
    number: 'cpu',
    fields: ['cpu'],
    key: 'cpu',
    address: 'cpu',
    wheres: {
      residual: { text: 'cpu > 0', holds: row => Number(row.cpu) > 0 },
      mixed: { text: `cpu = 0 or ${more[0]} < 0`, holds: row => row.cpu === '0' },
      negated: { text: 'not cpu = 0', holds: row => row.cpu !== '0' },
      list: { text: 'cpu in (0, 4000..5000)', holds: row => row.cpu === '0' },
      'in subquery': {
        text: `cpu in (select cpu from ${table}${place} where cpu < 1)`,
        holds: row => row.cpu === '0',
      },
      'value of a subquery': {
        text: `cpu = (select min(cpu) from ${table}${place})`,
        holds: row => row.cpu === '0',
      },
      null: { text: 'cpu is not null', holds: () => true },
      variable: { text: 'cpu = $z - 11', holds: row => row.cpu === '0' },
    },
  };
}

function settings(place: string): TableFacts {
  return {
    columns: { name: 'name', value: 'value' },
    identity: ['name', 'value'],
    number: 'value',
    fields: ['name', 'value'],
    key: 'value',
    address: 'name',
    wheres: {
      residual: { text: 'value > 60', holds: row => Number(row.value) > 60 },
      mixed: {
        text: "value = 1 or name = 'nf_conntrack_max'",
        holds: row => row.value === '1' || row.name === 'nf_conntrack_max',
      },
      negated: { text: 'not value = 1', holds: row => row.value !== '1' },
      list: {
        text: "name in ('nf_conntrack_acct', 'nf_conntrack_max')",
        holds: row => ['nf_conntrack_acct', 'nf_conntrack_max'].includes(row.name),
      },
      'in subquery': {
        text: `value in (select value from sysctl${place} where name like '%\\_acct')`.replace('\\', ''),
        holds: (row, all) =>
          all.some(each => each.name.endsWith('_acct') && each.value === row.value && row.value !== ''),
      },
      'value of a subquery': {
        text: `value = (select max(value) from sysctl${place})`,
        holds: (row, all) => Number(row.value) === Math.max(...all.map(each => Number(each.value))),
      },
      null: { text: 'value is not null', holds: row => row.value !== '' },
      like: { text: "name like '%tcp\\_timeout%'".replace('\\', ''), holds: row => /tcp.timeout/.test(row.name) },
      variable: { text: 'value = $z - 10', holds: row => row.value === '1' },
    },
  };
}

export const TABLES = ['conntrack', 'expect', 'dying', 'unconfirmed', 'stats', 'expect_stats', 'sysctl'] as const;
export type TableName = (typeof TABLES)[number];

/** @param place of the subqueries in its conditions */
export function factsOf(table: TableName, place = ''): TableFacts {
  const facts = ownFacts(table, place);
  const { columns, number } = facts;
  const numeric = columns[number];
  const known = (row: Entry): boolean => row[number] !== '';
  return {
    ...facts,
    wheres: {
      ...facts.wheres,
      case: {
        text: `case when ${numeric} > 60 then true when ${numeric} is null then false else ${numeric} = 1 end`,
        holds: row => known(row) && (Number(row[number]) > 60 || row[number] === '1'),
      },
      exists: { text: `exists (select from ${table}${place}) and ${numeric} is not null`, holds: known },
      text: { text: `${numeric}::text || '!' ilike '%0!'`, holds: row => row[number].endsWith('0') },
      function: {
        text: `if(${numeric} > 60, greatest(${numeric}, 61), 0) > 0`,
        holds: row => known(row) && Number(row[number]) > 60,
      },
    },
  };
}

function ownFacts(table: TableName, place: string): TableFacts {
  switch (table) {
    case 'expect':
      return expectations(place);
    case 'stats':
      return statistics('stats', place, ['found']);
    case 'expect_stats':
      return statistics('expect_stats', place, ['create']);
    case 'sysctl':
      return settings(place);
    default:
      return flows(table, place);
  }
}
