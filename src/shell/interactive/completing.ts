import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { complete, valuesWanted } from '../../lang/complete.js';
import type { Shell } from '../shell.js';
import { completeCommand } from './commands.js';
import { LiveValues } from './live-values.js';

/** So many candidates can still be looked through. */
const MOST = 200;

/** What Tab finds at the end of a text: for the line editor, the candidates and the part of the text that they replace. */
export class Completing {
  readonly #shell: Shell;
  readonly #live: LiveValues;

  constructor(shell: Shell) {
    this.#shell = shell;
    this.#live = new LiveValues(shell);
  }

  async complete(text: string): Promise<[string[], string]> {
    if (/^\s*\./.test(text)) return completeCommand(text, files);
    const wanted = valuesWanted(text, text.length);
    const values = wanted ? await this.#live.of(wanted.table, wanted.field) : [];
    const { start, candidates } = complete(text, text.length, {
      environment: this.#shell.environment,
      variables: this.#shell.variables.keys(),
      values: () => values,
      files,
      namespaces,
    });
    const typed = text.slice(start);
    const shown = candidates.slice(0, MOST).map(each => (isOpenEnded(each) ? each : `${each} `));
    // The editor puts in what the candidates have in common: it must begin with what was typed, in its own case.
    return [shown.length === 1 ? shown : shown.map(each => withCaseOf(typed, each.trimEnd())), typed];
  }
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
      .filter(each => !/[\x00-\x1f\x7f'"]/.test(each.name))
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
