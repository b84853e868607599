import { readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { inHome } from '../../../engine/home.js';
import { isPrintable } from '../../../lang/diagnostics/printable.js';
import { capabilitiesOf, historyFolder } from '../../../lang/schema/places.js';
import type { Completion } from '../../../lang/services/completion/candidate.js';
import { complete, valueFieldAt } from '../../../lang/services/completion/complete.js';
import type { ShellSession } from '../../session/session.js';
import { LiveValues } from './live-values.js';
import { RecordedHistories } from './recorded-histories.js';

/** Texts with each kind of candidates, apart from values of entries. */
const TYPED = [
  'sel',
  'select src, count(*) as flows from conntrack where dport = 4',
  'select src, count(*) as flows from conntrack where src in (10.0.0.1, 10.0.0.2) and state = EST',
  'select src, count(*) as flows from conntrack group by src order by f',
  'set format = ',
];

/** Finds what the language allows at a place of a text, with values that are in the table. */
export class LanguageCompleting {
  readonly #shell: ShellSession;
  readonly #live: LiveValues;
  readonly #histories = new RecordedHistories();

  constructor(shell: ShellSession) {
    this.#shell = shell;
    this.#live = new LiveValues(shell);
  }

  /** Does, unseen, what keys will do, in steps between keys: the first times take several times as long as the next ones. */
  async warm(): Promise<void> {
    for (const text of TYPED) {
      await this.complete(text);
      await turn();
    }
    if (capabilitiesOf(this.#shell.place).isLive) await this.#live.warm('conntrack');
  }

  /** The entries may have changed. */
  forgetValues(): void {
    this.#live.forget();
  }

  /** The candidates at a place of a text. */
  async complete(text: string, cursor = text.length): Promise<Completion> {
    // Columns of files, and the names of a fleet.
    await this.#shell.surroundings.load();
    const wanted = valueFieldAt(text, cursor);
    const values = wanted ? await this.#live.of(wanted.table, wanted.field) : [];
    const find = (): Completion =>
      complete(text, cursor, {
        environment: this.#shell.environment,
        variables: this.#shell.variables.keys(),
        values: () => values,
        recorded: store => this.#histories.of(this.#storeOf(store)),
        files,
        namespaces,
        queries: () => this.#shell.queryNames,
      });
    const found = find();
    return printableOnly((await this.#histories.settled()) ? find() : found);
  }

  /** The folder or the server of a history. @param name as it is named in the statement; undefined: that of the place */
  #storeOf(name: string | undefined): string {
    const { place } = this.#shell;
    return name === undefined && place.kind === 'history' ? place.store : historyFolder(name);
  }
}

/** Names that others chose must not control the terminal. */
export const printableOnly = (found: Completion): Completion => ({
  ...found,
  candidates: found.candidates.filter(({ text, doc = '' }) => isPrintable(text) && isPrintable(doc)),
});

/** Paths that begin with a text, as they are written there. */
export function files(prefix: string): string[] {
  const at = prefix.lastIndexOf('/') + 1;
  const folder = prefix.slice(0, at);
  const path = inHome(folder) || '.';
  const name = prefix.slice(at);
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter(each => each.name.startsWith(name) && (name.startsWith('.') || !each.name.startsWith('.')))
      .filter(each => !/['"]/.test(each.name))
      .map(each => folder + each.name + (each.isDirectory() ? '/' : ''))
      .sort();
  } catch {
    return [];
  }
}

/** Those that `ip netns` made. */
function namespaces(): string[] {
  try {
    return readdirSync('/run/netns').filter(name => /^[\w.-]+$/.test(name));
  } catch {
    return [];
  }
}
