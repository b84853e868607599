/** The keys of the table: what each does, for the screen, its help page, and `help top`. */

export const ACTIONS = {
  up: { keys: ['up', 'k'], shown: '↑ ↓', doc: 'to another row; the cursor stays on its flow, Home leaves it' },
  down: { keys: ['down', 'j'] },
  pageup: { keys: ['pageup', 'ctrl-b'], shown: 'PgUp PgDn', doc: 'a screen up or down; Home and End' },
  pagedown: { keys: ['pagedown', 'ctrl-f'] },
  home: { keys: ['home'] },
  end: { keys: ['end'] },
  open: { keys: ['enter'], shown: 'Enter', doc: 'the flow in detail, with its events; the flows of a group' },
  back: { keys: ['escape', 'backspace'], shown: 'Esc', doc: 'back: to the groups, to no filter' },
  filter: { keys: ['/', 'f'], shown: '/', doc: 'a condition: where dport = 443 and src = 10.0.0.0/8; Tab completes' },
  group: { keys: ['g'], shown: 'g G', doc: 'groups: source, destination, port, network, state, none' },
  ungroup: { keys: ['G'] },
  right: { keys: ['right', '>', 's'], shown: '← →', doc: 'sorts by another column; 1 to 9 choose one' },
  left: { keys: ['left', '<', 'S'] },
  reverse: { keys: ['r'], shown: 'r', doc: 'sorts the other way round' },
  delete: { keys: ['d', 'delete'], shown: 'd', doc: 'deletes the flow or the group under the cursor; asks first' },
  deleteAll: { keys: ['D'], shown: 'D', doc: 'deletes all flows that the filter shows; asks first' },
  place: { keys: ['n'], shown: 'n', doc: "another place: netns blue, ssh 'root@gw1', file 'x.save', kernel" },
  pause: { keys: [' ', 'p'], shown: 'Space', doc: 'pauses, continues' },
  slower: { keys: ['+'], shown: '+ -', doc: 'reads the table less often, more often' },
  faster: { keys: ['-'] },
  redraw: { keys: ['ctrl-l'], shown: 'Ctrl-L', doc: 'draws the screen again' },
  help: { keys: ['?', 'h'], shown: '?', doc: 'this page' },
  quit: { keys: ['q', 'Q', 'ctrl-c'], shown: 'q', doc: 'quits' },
} as const satisfies Readonly<Record<string, { keys: readonly string[]; shown?: string; doc?: string }>>;

export type Action = keyof typeof ACTIONS;

const BY_KEY: ReadonlyMap<string, Action> = new Map(
  (Object.keys(ACTIONS) as Action[]).flatMap(action => ACTIONS[action].keys.map(key => [key, action] as const)),
);

/** What a key does in the table. @param key its name, or `text` and the character that it types */
export const actionOf = (key: { readonly name: string; readonly text: string }): Action | undefined =>
  BY_KEY.get(key.name === 'text' ? key.text : key.name);

/** Keys and what they do. */
export type KeyDocs = readonly (readonly [keys: string, doc: string])[];

export const KEY_DOCS: KeyDocs = Object.values(ACTIONS).flatMap(action =>
  'shown' in action ? [[action.shown, action.doc] as const] : [],
);

/** The keys of a view. @param canDelete its flows can be deleted */
export const docsOf = (canDelete: boolean): KeyDocs =>
  canDelete ? KEY_DOCS : KEY_DOCS.filter(([keys]) => keys !== ACTIONS.delete.shown && keys !== ACTIONS.deleteAll.shown);

/** Keys for the last line, the most useful first. @param isFiltered there is a condition, so that D may be used */
export const shortDocs = (canDelete: boolean, isFiltered: boolean): KeyDocs =>
  SHORT_DOCS.filter(([key]) => (key === 'D' ? canDelete && isFiltered : key !== 'd' || canDelete));

const SHORT_DOCS: KeyDocs = [
  ['?', 'help'],
  ['q', 'quit'],
  ['/', 'filter'],
  ['g', 'group'],
  ['←→', 'sort'],
  ['r', 'reverse'],
  ['Enter', 'details'],
  ['d', 'delete'],
  ['D', 'delete all'],
  ['Space', 'pause'],
  ['n', 'place'],
  ['+-', 'interval'],
];
