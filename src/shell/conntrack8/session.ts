import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { parseLabels } from '../../engine/environment.js';
import { CtqError } from '../../engine/errors.js';
import { kernelRelease } from '../../engine/kernel-release.js';
import type { QueryContext } from '../../engine/query/context.js';
import { abilitiesOf } from '../../engine/query/plan/pushdown.js';
import { openKernel } from '../../engine/sources/kernel/kernel.js';
import type { Source } from '../../engine/sources/source.js';
import type { Environment } from '../../lang/schema/environment.js';
import type { Lookups } from './argv/command-line.js';
import { strerror } from './print/kernel-errors.js';

/** A session of one command line: the kernel of this process's own network namespace, and nothing else. */
export class CommandSession implements QueryContext {
  readonly variables = new Map<string, never>();
  readonly kernelFilter = true;
  readonly abilities = abilitiesOf(kernelRelease());
  readonly place = { kind: 'kernel' } as const;
  readonly #warned = new Set<string>();
  #source: Source | undefined;

  constructor(
    readonly environment: Environment,
    readonly signal: AbortSignal,
    readonly printWarning: (message: string) => void,
    readonly open: () => Source = openKernel,
  ) {}

  source(): Source {
    this.#source ??= this.open();
    return this.#source;
  }

  snapshot(): never {
    throw new CtqError({ code: 'no-snapshots', kind: 'internal', message: 'command lines have no snapshots' });
  }

  warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.printWarning(message);
  }

  /** A session of one line that has labels of its own, on the same kernel. */
  for(labels: ReadonlyMap<string, number> | undefined): CommandSession {
    if (labels === undefined) return this;
    return new CommandSession(withLabels(this.environment, labels), this.signal, this.printWarning, () =>
      this.source(),
    );
  }

  async close(): Promise<void> {
    await this.#source?.close();
  }
}

/** The names that this machine's files give to numbers. */
export function machineLookups(environment: Environment): Lookups {
  let protocols: ReadonlyMap<string, number> | undefined;
  return {
    labelBit: name => environment.labelBit(name),
    labelsOf: readLabels,
    protocolByName: name => {
      protocols ??= readProtocols();
      return protocols.get(name);
    },
  };
}

/** The labels of a file that `--labelmap` names; undefined if it cannot be read. */
function readLabels(path: string): ReadonlyMap<string, number> | undefined {
  try {
    return statSync(path).isFile() ? parseLabels(readFileSync(path, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** What conntrack(8) prints where it cannot open the names of labels, and continues without; '' if it can. */
export function unreadLabels(): string {
  try {
    closeSync(openSync('/etc/xtables/connlabel.conf', 'r'));
    return '';
  } catch (error) {
    const { errno = 0 } = error as NodeJS.ErrnoException;
    return `nfct_labelmap_new: ${strerror(-errno)}\n`;
  }
}

/** The same environment with the labels of another file. */
export function withLabels(environment: Environment, labels: ReadonlyMap<string, number> | undefined): Environment {
  if (labels === undefined) return environment;
  const names = new Map([...labels].map(([name, bit]) => [bit, name]));
  return {
    ...environment,
    labelBit: name => labels.get(name),
    labelName: bit => names.get(bit),
    labelNames: () => [...labels.keys()],
  };
}

/** protocols(5): name, number, other names. */
function readProtocols(): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  let text = '';
  try {
    text = readFileSync('/etc/protocols', 'utf8');
  } catch {
    // Without the file there are the names that ctq knows itself.
  }
  for (const line of text.split('\n')) {
    const match = /^\s*([^\s#]+)\s+(\d{1,3})\b([^#]*)/.exec(line);
    if (match === null || Number(match[2]) > 255) continue;
    for (const name of [match[1], ...match[3].split(/\s+/)]) {
      if (name !== '' && !numbers.has(name)) numbers.set(name, Number(match[2]));
    }
  }
  return numbers;
}
