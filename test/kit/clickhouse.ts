/** A ClickHouse server of its own for a test: the engine of test/engines, on loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareTables } from '../../src/engine/sources/history/clickhouse/prepare.js';
import { tableStatements } from '../../src/engine/sources/history/clickhouse/tables.js';
import { serverOf } from '../../src/lang/schema/history-server.js';

const ENGINES = fileURLToPath(new URL('../engines', import.meta.url));

/** Why there is no server; undefined where there is one. */
export const whyNoClickHouse = (): string | undefined =>
  existsSync(join(ENGINES, 'node_modules', 'chdb'))
    ? undefined
    : 'no engine of ClickHouse: npm install --prefix test/engines installs it';

export interface Seen {
  readonly queries: readonly string[];
  readonly settings: readonly Readonly<Record<string, string>>[];
  /** The name of each query, in order. */
  readonly running: readonly string[];
  /** The names of queries that KILL QUERY named. */
  readonly killed: readonly string[];
  readonly left: number;
}

export interface Faults {
  /** Inserts that are done, but not answered. */
  readonly cut?: number;
  /** Inserts that are refused for good. */
  readonly refuse?: number;
  /** Inserts that are not done. */
  readonly drop?: number;
  /** ms that each query takes longer. */
  readonly hold?: number;
  /** What queries begin with that fail after a part of their answer. */
  readonly late?: string;
  /** The user may not change settings. */
  readonly readonly?: boolean;
}

export class ClickHouse {
  readonly folder: string;
  port = 0;
  #process: ChildProcess | undefined;
  readonly #options: readonly string[];
  readonly #scheme: 'http' | 'https';

  constructor(options: readonly string[] = []) {
    this.folder = mkdtempSync(join(tmpdir(), 'ctq-clickhouse-'));
    this.#options = options;
    this.#scheme = options.includes('--cert') ? 'https' : 'http';
  }

  /** Starts it, again on the same port. */
  async start(): Promise<void> {
    const args = [join(ENGINES, 'server.js'), this.folder, '--port', String(this.port), ...this.#options];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process = child;
    this.port = await new Promise<number>((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const match = /listening on (\d+)/.exec(text);
        if (match) resolve(Number(match[1]));
      });
      child.once('exit', code => reject(new Error(`the server ended with status ${code}`)));
    });
  }

  /** The address of a database of it. */
  address(database = 'flows', user = ''): string {
    return `clickhouse://${user === '' ? '' : `${user}@`}127.0.0.1:${this.port}/${database}${this.#scheme === 'http' ? '?tls=off' : ''}`;
  }

  /** Makes the tables of a history. */
  async prepare(database = 'flows'): Promise<string> {
    const address = this.address(database);
    const server = serverOf(address);
    await prepareTables(server, tableStatements(server, { flows: 1_000_000_000, hours: 1_000_000_000 }));
    return address;
  }

  async fail(faults: Faults): Promise<void> {
    await fetch(`${this.#scheme}://127.0.0.1:${this.port}/_control`, { method: 'POST', body: JSON.stringify(faults) });
  }

  async seen(): Promise<Seen> {
    return (await (await fetch(`${this.#scheme}://127.0.0.1:${this.port}/_control`)).json()) as Seen;
  }

  /** Ends it as a crash does. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise(resolve => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
