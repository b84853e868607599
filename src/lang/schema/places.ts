/** The places where statements find their tables: one row a kind says how it is written, what can be done there, and how it is shown. */
import type { Operation, TableId } from './catalogue.js';

export type Place =
  | { readonly kind: 'kernel' }
  | { readonly kind: 'netns'; readonly name: string }
  | { readonly kind: 'every_netns' }
  | { readonly kind: 'pid'; readonly pid: number }
  | { readonly kind: 'ssh'; readonly host: string }
  /** Several hosts over ssh(1). */
  | { readonly kind: 'hosts'; readonly hosts: readonly string[] }
  /** Gateways of the fleet: groups and members by their names, all if there are none. */
  | { readonly kind: 'fleet'; readonly names: readonly string[] }
  | { readonly kind: 'file'; readonly path: string }
  /** Recorded flows, in a folder. */
  | { readonly kind: 'history'; readonly store: string };

export type PlaceKind = Place['kind'];

/** The places of one kind. */
export type PlaceOf<K extends PlaceKind> = Extract<Place, { kind: K }>;

/** The folder of `in history` and `into 'history'`. */
export const HISTORY_FOLDER = '/var/lib/ctq/history';

/** Where flows wait for a server. */
export const SPOOL_FOLDER = '/var/lib/ctq/spool';

/** The network namespace of this process. */
export const HERE: Place = { kind: 'kernel' };

/** What a statement does with a table. */
export type Use = Operation | 'join' | 'zero';

/** Why something cannot be done, and what to do instead. */
export interface Refusal {
  readonly message: string;
  readonly hint: string;
}

/** A network namespace by the name that `ip netns` gave it, or that of a process; `own`: this process's. */
export type NamespaceOfPlace = { readonly name: string } | { readonly pid: number } | 'own';

/** What the source of a place can do besides dumping tables. */
export interface Capabilities {
  /** Its tables are those of a running kernel, and change; if not, they are read from a file. */
  readonly isLive: boolean;
  /** It answers for a single entry by its key. */
  readonly hasLookup: boolean;
  /** It knows the number of entries without reading them. */
  readonly hasCounter: boolean;
  /** Rows of several sources come together: the field that says of which one each is. */
  readonly spans?: Spanned;
}

/** The fields that say where a row comes from. */
export type Spanned = 'netns' | 'gateway';

/** A kind of place that is written as a word and a text in quotes: `ssh 'user@gw1'`. */
export interface QuotedPlace {
  readonly word: string;
  /** What the text is, for messages: `a 'user@host' in quotes`. */
  readonly expected: string;
  readonly example: string;
  /** What completes the text. */
  readonly completes?: 'file' | 'host';
  /** @returns undefined for an invalid text */
  parse(text: string): Place | undefined;
  /** For a list of texts in parentheses; left out: only one text can be given. */
  several?(texts: readonly string[]): Place;
}

interface PlaceRow<P extends Place> {
  /** The word that introduces it after `in` and `use`. */
  readonly word: string;
  /** Where the grammar has no rule of its own for it. */
  readonly quoted?: Omit<QuotedPlace, 'word'>;
  readonly capabilities: Capabilities;
  /** Why a table cannot be used in this way; undefined if it can. Left out: everything can be done. */
  refuse?(table: TableId, use: Use, place: P): Refusal | undefined;
  /** The network namespace in which a thread reads its settings and opens its sockets; left out: none that it could enter. */
  namespace?(place: P): NamespaceOfPlace;
  /** The file that has its rows. */
  file?(place: P): string;
  /** For `explain`; empty for the place that goes without saying. */
  text(place: P): string;
  /** For the prompt of the shell, after `ctq`. */
  prompt(place: P): string;
}

const KERNEL: Capabilities = { isLive: true, hasLookup: true, hasCounter: true };

/** Several kernels elsewhere, each asked by itself. */
const GATEWAYS: Capabilities = { ...KERNEL, hasLookup: false, hasCounter: false, spans: 'gateway' };
const STORED: Capabilities = { isLive: false, hasLookup: false, hasCounter: false };

/** A destination of ssh(1): no option, and one word. */
const isHost = (text: string): boolean => /^[^-\s][^\s]*$/.test(text);

const fleetText = ({ names }: { readonly names: readonly string[] }): string =>
  ['fleet', names.join(',')].join(' ').trim();

const PLACES: { readonly [K in PlaceKind]: PlaceRow<PlaceOf<K>> } = {
  netns: {
    word: 'netns',
    capabilities: KERNEL,
    namespace: ({ name }) => ({ name }),
    text: ({ name }) => `netns ${name}`,
    prompt: ({ name }) => `@${name}`,
  },
  every_netns: {
    word: 'netns',
    // The kernel answers for one namespace at a time.
    capabilities: { ...KERNEL, hasLookup: false, hasCounter: false, spans: 'netns' },
    refuse: (table, use) =>
      use === 'select' || use === 'watch'
        ? undefined
        : {
            message: `${use === 'join' ? `join ${table}` : use} requires one network namespace, not all of them`,
            hint: 'name it: in netns blue',
          },
    text: () => 'every named network namespace',
    prompt: () => '@*',
  },
  pid: {
    word: 'pid',
    capabilities: KERNEL,
    namespace: ({ pid }) => ({ pid }),
    text: ({ pid }) => `the network namespace of process ${pid}`,
    prompt: ({ pid }) => `@pid ${pid}`,
  },
  ssh: {
    word: 'ssh',
    quoted: {
      expected: "a 'user@host' in quotes",
      example: "ssh 'user@gw1'",
      completes: 'host',
      parse: host => (isHost(host) ? { kind: 'ssh', host } : undefined),
      several: hosts => ({ kind: 'hosts', hosts }),
    },
    // There may be conntrack(8) only, whose answers are lists, and a counter.
    capabilities: { ...KERNEL, hasLookup: false },
    refuse: refuseOnHost,
    text: ({ host }) => `ssh ${host}`,
    prompt: ({ host }) => `@${host}`,
  },
  hosts: {
    word: 'ssh',
    capabilities: GATEWAYS,
    refuse: refuseOnHosts,
    text: ({ hosts }) => `ssh (${hosts.join(', ')})`,
    prompt: ({ hosts }) => (hosts.length > 2 ? `@${hosts[0]}+${hosts.length - 1}` : `@${hosts.join(',')}`),
  },
  fleet: {
    word: 'fleet',
    capabilities: GATEWAYS,
    refuse: refuseInFleet,
    text: fleetText,
    prompt: ({ names }) => ` ${fleetText({ names })}`,
  },
  file: {
    word: 'file',
    quoted: {
      expected: "a 'file' in quotes",
      example: "file 'dump.save'",
      completes: 'file',
      parse: path => ({ kind: 'file', path }),
    },
    capabilities: STORED,
    refuse: refuseInFile,
    file: ({ path }) => path,
    text: ({ path }) => path,
    prompt: ({ path }) => ` ${path.slice(path.lastIndexOf('/') + 1)}`,
  },
  history: {
    word: 'history',
    capabilities: STORED,
    refuse: refuseInHistory,
    text: ({ store }) => `history ${store}`,
    prompt: ({ store }) =>
      store === HISTORY_FOLDER ? ' history' : ` history ${/([^/?]*)(?:\?.*)?$/.exec(store)?.[1]}`,
  },
  kernel: {
    word: 'kernel',
    capabilities: KERNEL,
    namespace: () => 'own',
    text: () => '',
    prompt: () => '',
  },
};

/** The tables that a file may hold. */
export const FILE_TABLES = ['conntrack', 'expect', 'stats', 'expect_stats'] as const satisfies readonly TableId[];
export type FileTable = (typeof FILE_TABLES)[number];

export const isFileTable = (table: TableId): table is FileTable => (FILE_TABLES as readonly TableId[]).includes(table);

function refuseInFile(table: TableId, use: Use): Refusal | undefined {
  const live = 'in kernel means the live tables';
  switch (use) {
    case 'select':
    case 'join':
      if (isFileTable(table)) return undefined;
      return { message: `a snapshot has no table '${table}'`, hint: `it has ${FILE_TABLES.join(', ')}; ${live}` };
    case 'watch':
      return undefined;
    case 'get':
      return { message: 'get reads the live table, not a snapshot', hint: `use select; ${live}` };
    default:
      return { message: `${use} cannot change a snapshot: it is only read`, hint: 'select from it' };
  }
}

function refuseInHistory(table: TableId, use: Use): Refusal | undefined {
  const live = 'in kernel means the live tables';
  switch (use) {
    case 'select':
      if (table === 'conntrack') return undefined;
      return { message: `the history has no table '${table}'`, hint: `it has conntrack; ${live}` };
    case 'join':
      return { message: `join ${table} cannot read the history`, hint: `join a file, or use in (select …); ${live}` };
    case 'watch':
      return { message: 'the history has no events', hint: `select from it; ${live}` };
    case 'get':
      return { message: 'get reads the live table, not the history', hint: `use select; ${live}` };
    default:
      return { message: `${use} cannot change the history: it is only read`, hint: 'select from it' };
  }
}

function refuseOnHost(table: TableId, use: Use, { host }: PlaceOf<'ssh'>): Refusal | undefined {
  const isRead = use === 'select' || use === 'join' || use === 'watch' || use === 'get';
  if (isRead && table !== 'sysctl') return undefined;
  return isRead
    ? { message: `the settings of ${host} cannot be read from here`, hint: `run ctq there: ssh ${host} ctq` }
    : {
        message: `${use} cannot change another host: only select and watch work over ssh`,
        hint: `run ctq there: ssh -t ${host} ctq`,
      };
}

function refuseOnHosts(table: TableId, use: Use, { hosts }: PlaceOf<'hosts'>): Refusal | undefined {
  switch (use) {
    case 'select':
    case 'watch':
      return table === 'sysctl' ? refuseOnHost(table, use, { kind: 'ssh', host: hosts[0] }) : undefined;
    case 'join':
      return { message: `join ${table} requires one host, not several`, hint: `name it: in ssh '${hosts[0]}'` };
    case 'get':
      return { message: 'get requires one host, not several', hint: `name it: in ssh '${hosts[0]}'` };
    default:
      return {
        message: `${use} cannot change other hosts: only select and watch work over ssh`,
        hint: `run ctq on each: ssh -t ${hosts[0]} ctq`,
      };
  }
}

function refuseInFleet(table: TableId, use: Use): Refusal | undefined {
  switch (use) {
    case 'select':
    case 'watch':
      return undefined;
    case 'join':
      return {
        message: `join ${table} cannot read a fleet`,
        hint: 'join a file, or use in (select …), whose values are sent to the gateways',
      };
    case 'get':
      return { message: 'get reads one gateway, not a fleet', hint: "use select, or in ssh 'gw1'" };
    default:
      return {
        message: `${use} cannot change a fleet: it is only read`,
        hint: 'run ctq on each gateway: ssh -t gw1 ctq',
      };
  }
}

const rowOf = (place: Place): PlaceRow<Place> => PLACES[place.kind] as PlaceRow<Place>;

export const capabilitiesOf = (place: Place): Capabilities => rowOf(place).capabilities;

/** Why a table cannot be used in this way in a place; undefined if it can. */
export const refusalOf = (table: TableId, use: Use, place: Place): Refusal | undefined =>
  rowOf(place).refuse?.(table, use, place);

/** The folder of a store's text: `history`, or the folder itself. */
export const historyFolder = (text?: string): string =>
  text === undefined || text.toLowerCase() === 'history' ? HISTORY_FOLDER : text;

/** The network namespace that a place is; undefined if it is not one that a thread of this process could enter. */
export const namespaceOf = (place: Place): NamespaceOfPlace | undefined => rowOf(place).namespace?.(place);

/** The file that has the rows of a place; undefined for live tables. */
export const fileOf = (place: Place): string | undefined => rowOf(place).file?.(place);

/** Whether a place is the network namespace of this process. */
export const isHere = (place: Place): boolean => namespaceOf(place) === 'own';

/** The name of the network namespace that a place is; null if it has none, or is several. */
export function namespaceName(place: Place): string | null {
  const namespace = namespaceOf(place);
  return typeof namespace === 'object' && 'name' in namespace ? namespace.name : null;
}

/** A place as text for people; empty for the network namespace of this process. */
export const placeText = (place: Place): string => rowOf(place).text(place);

/** A place for the prompt, after `ctq`. */
export const placePrompt = (place: Place): string => rowOf(place).prompt(place);

/** The words that introduce a place after `in` and `use`. */
export const PLACE_WORDS: readonly string[] = [...new Set(Object.values(PLACES).map(({ word }) => word))];

/** The words as a list for messages: `'netns', 'pid' or 'kernel'`. */
export const PLACES_EXPECTED = PLACE_WORDS.map(word => `'${word}'`)
  .join(', ')
  .replace(/, ([^,]*)$/, ' or $1');

/** The places that are written as a word and a text in quotes, by their words. */
export const QUOTED_PLACES: ReadonlyMap<string, QuotedPlace> = new Map(
  Object.values(PLACES).flatMap(({ word, quoted }) => (quoted ? [[word, { word, ...quoted }] as const] : [])),
);

/** Matches a text that may name a place which is neither the network namespace of this process nor a file. */
export const ELSEWHERE = new RegExp(
  `\\b(?:${Object.values(PLACES)
    .filter(({ file, namespace }) => file === undefined && namespace !== PLACES.kernel.namespace)
    .map(({ word }) => word)
    .join('|')})\\b`,
  'i',
);
