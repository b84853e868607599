import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { isPrintable } from '../../lang/diagnostics/printable.js';
import { capabilitiesOf } from '../../lang/schema/places.js';
import { complete, valueFieldAt } from '../../lang/services/complete.js';
import { textWidth } from '../display/width.js';
import type { ShellSession } from '../session/session.js';
import { completeCommand } from './commands.js';
import { LiveValues } from './live-values.js';

/** What Tab finds at the end of a text: for the line editor, the candidates and the part of the text that they replace. */
export class Completing {
  readonly #shell: ShellSession;
  readonly #live: LiveValues;

  constructor(shell: ShellSession) {
    this.#shell = shell;
    this.#live = new LiveValues(shell);
  }

  /** Does once, unseen, what a Tab does: the first time takes several times as long as the next ones. */
  async warm(): Promise<void> {
    if (capabilitiesOf(this.#shell.place).isLive) await this.#live.of('conntrack', 'orig.dst');
    await turn();
    await this.complete('select from conntrack where state = ');
  }

  async complete(text: string): Promise<[string[], string]> {
    if (/^\s*\./.test(text)) {
      const [found, replaced] = completeCommand(text, files);
      return [found.filter(isPrintable), replaced];
    }
    const wanted = valueFieldAt(text, text.length);
    const values = wanted ? await this.#live.of(wanted.table, wanted.field) : [];
    const { start, candidates: found } = complete(text, text.length, {
      environment: this.#shell.environment,
      variables: this.#shell.variables.keys(),
      values: () => values,
      files,
      namespaces,
      queries: () => this.#shell.queries.names(),
    });
    // What others named may not steer the terminal.
    const candidates = found.filter(isPrintable);
    const typed = text.slice(start);
    if (candidates.length === 1) return [candidates.map(each => (isOpenEnded(each) ? each : `${each} `)), typed];
    // The editor puts in what the candidates have in common: it must begin with what was typed, in its own case.
    const all = candidates.map(each => withCaseOf(typed, each));
    const common = commonPrefix(all);
    return common.length > typed.length ? [[common], typed] : [this.#fitting(all, typed.length), typed];
  }

  /** Those for which there is room below the line. All of them begin with the same `from` characters. */
  #fitting(all: readonly string[], from: number): string[] {
    const { columns = 80, rows = 24 } = this.#shell.io.stdout;
    const width = all.reduce((most, each) => Math.max(most, textWidth(each)), 0) + GAP;
    const room = Math.max(1, Math.floor(columns / width)) * Math.max(LEAST, rows - LEAST);
    const shown = all.slice(0, room);
    const other = all.slice(room).find(each => each[from] !== shown[0][from]);
    return other !== undefined && new Set(shown.map(each => each[from])).size === 1 ? [...shown, other] : shown;
  }
}

/** Between two candidates of one row. */
const GAP = 2;
/** Rows for candidates on a low screen, and for other text. */
const LEAST = 5;

function commonPrefix(texts: readonly string[]): string {
  let [common = ''] = texts;
  for (const each of texts) while (!each.startsWith(common)) common = common.slice(0, -1);
  return common;
}

const isOpenEnded = (candidate: string): boolean => /[(/]$/.test(candidate);
const withCaseOf = (typed: string, candidate: string): string => typed + candidate.slice(typed.length);

/** Paths that begin with a text, as they are written there. */
function files(prefix: string): string[] {
  const at = prefix.lastIndexOf('/') + 1;
  const folder = prefix.slice(0, at);
  const path = folder.startsWith('~/') ? homedir() + folder.slice(1) : folder || '.';
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
