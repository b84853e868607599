/** What is joined to each table, and the naive partners of a row. */
import type { Entry } from './rows.js';
import type { TableFacts } from './tables.js';
import type { World } from './world.js';

export interface JoinFacts {
  readonly text: string;
  readonly isLeft: boolean;
  /** A column of the partner. */
  readonly column: string;
  /** Its values for the partners of a row. */
  readonly partners: (row: Entry, all: readonly Entry[]) => readonly string[];
}

const PORTS: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  csv: [
    [80, 'web'],
    [443, 'tls'],
    [53, 'dns'],
    [53, 'dns2'],
    [30_001, 'data'],
    [0, 'first'],
    [1, 'second'],
  ],
  json: [
    [443, 'tls'],
    [8080, 'proxy'],
  ],
  jsonl: [
    [80, 'web'],
    [21, 'ftp'],
  ],
};

function ports(kind: string, isLeft: boolean, facts: TableFacts, world: World): JoinFacts {
  const column = facts.number === 'orig.sport' ? 'orig.dport' : facts.number;
  return {
    text: `${isLeft ? 'left ' : ''}join '${world.path(`ports.${kind}`)}' as h on ${facts.columns[column]} = h.port`,
    isLeft,
    column: 'h.label',
    partners: row => PORTS[kind].filter(([port]) => String(port) === row[column]).map(([, label]) => label),
  };
}

const NETS: readonly (readonly [RegExp, string])[] = [
  [/^10\.1\./, 'inside'],
  [/^fd/, 'inside6'],
  [/^192\.0\.2\./, 'outside'],
];

/** @returns undefined where the table has nothing to join by */
export function joinOf(kind: string, facts: TableFacts, world: World): JoinFacts | undefined {
  const { number, address } = facts;
  const column = facts.columns[number];
  switch (kind) {
    case 'csv':
      return ports('csv', false, facts, world);
    case 'left json':
      return ports('json', true, facts, world);
    case 'left jsonl':
      return ports('jsonl', true, facts, world);
    case 'network':
      if (address === number || address === 'name') return undefined;
      return {
        text: `join '${world.path('nets.csv')}' as h on ${facts.columns[address]} = h.net`,
        isLeft: false,
        column: 'h.site',
        partners: row => NETS.filter(([pattern]) => pattern.test(row[address])).map(([, site]) => site),
      };
    case 'stats':
      return { text: 'join stats as h on h.cpu = 0', isLeft: false, column: 'h.cpu', partners: () => ['0'] };
    case 'sysctl':
      return {
        text: "join sysctl as h on h.name = 'nf_conntrack_acct'",
        isLeft: false,
        column: 'h.value',
        partners: () => ['1'],
      };
    case 'expect':
      return {
        text: `join expect as h on h.dport = 30001 and ${column} is not null`,
        isLeft: false,
        column: 'h.dport',
        partners: row => (row[number] === '' ? [] : ['30001']),
      };
    case 'same':
    case 'left same': {
      const isLeft = kind === 'left same';
      // Settings have many of the same value.
      const key = number === 'value' ? 'name' : number;
      const other = key === 'orig.sport' ? 'mark' : key;
      return {
        text: `${isLeft ? 'left ' : ''}join TABLE as h on h.${facts.columns[key]} = ${facts.columns[key]} and h.${facts.columns[other]} is not null`,
        isLeft,
        column: `h.${facts.columns[other]}`,
        partners: (row, all) =>
          row[key] === ''
            ? []
            : all.filter(each => each[key] === row[key] && each[other] !== '').map(each => each[other]),
      };
    }
    default:
      return undefined;
  }
}
