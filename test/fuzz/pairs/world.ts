/**
 * One small table with every protocol and attribute, wherever ctq can look: in this process's network namespace, in two named ones
 * (of which one is behind a program that plays ssh), in a process's, and in files of every format.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROGRAM } from '../../kit/cli.js';
import { run } from '../../kit/command.js';
import { encodeExpectation, encodeFlow } from '../../kit/flow.js';
import { allExpectations, allFlows } from '../../kit/flows.js';
import { nameLabels } from '../../kit/labels.js';
import { assertPrivateNamespace, Namespace, setSysctl, useConntrack } from '../../kit/namespace.js';
import { mustRequest } from '../../kit/netlink.js';
import { listConntrack } from '../../kit/oracle.js';
import { until } from '../../kit/until.js';
import { play } from './play.js';
import { type Entry, entriesOf, linesOf } from './rows.js';
import { factsOf, TABLES, type TableName } from './tables.js';

/** A form of snapshots, and the columns that it lacks (docs/snapshots.md). */
interface Form {
  readonly output: string;
  readonly lacks: readonly string[];
  readonly compress?: (bytes: Buffer) => Uint8Array;
}

export const FORMS: Readonly<Record<string, Form>> = {
  jsonl: { output: 'jsonl', lacks: [] },
  json: { output: 'json', lacks: [] },
  save: { output: 'save', lacks: [] },
  extended: { output: 'extended,id,labels', lacks: [] },
  plain: { output: 'plain', lacks: ['labels'] },
  xml: { output: 'xml', lacks: ['icmp_type', 'labels', 'helper'] },
  'jsonl.gz': { output: 'jsonl', lacks: [], compress: gzipSync },
  'extended.gz': { output: 'extended,labels', lacks: [], compress: gzipSync },
};

export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'ctq-pairs-'));
  readonly blue: Namespace;
  readonly gateway: Namespace;
  readonly #bases = new Map<TableName, readonly Entry[]>();
  #sleeper: ChildProcess | undefined;

  constructor() {
    assertPrivateNamespace();
    nameLabels({ 0: 'bulk', 5: 'five', 127: 'last' });
    this.blue = new Namespace('blue');
    this.gateway = new Namespace('gateway');
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** The file of a table in a form. */
  snapshot(table: TableName, form: string): string {
    return this.path(`${table}.${form}`);
  }

  /** Rows of a table: the same in each place but for what is counted. */
  base(table: TableName): readonly Entry[] {
    return this.#bases.get(table) ?? [];
  }

  /** A process in the namespace `blue`. */
  get pid(): number {
    return this.#sleeper?.pid ?? 0;
  }

  /** Whether there is a program that ssh can start on the other side. */
  readonly hasRelay = existsSync(PROGRAM);

  async open(): Promise<void> {
    for (const name of ['acct', 'timestamp', 'events']) setSysctl(`net/netfilter/nf_conntrack_${name}`, 1);
    useConntrack();
    const flows = allFlows().map(encodeFlow);
    const expectations = allExpectations().map(encodeExpectation);
    mustRequest(flows);
    mustRequest(expectations);
    for (const namespace of [this.blue, this.gateway]) {
      namespace.sysctl({
        'net/netfilter/nf_conntrack_acct': 1,
        'net/netfilter/nf_conntrack_timestamp': 1,
        'net/netfilter/nf_conntrack_events': 1,
      });
      namespace.nft(
        'table inet testbed { chain labels { type filter hook input priority 0; ct label 127 counter; }\n chain nat { type nat hook postrouting priority 100; }\n}',
      );
      mustRequest(flows, namespace.name);
      mustRequest(expectations, namespace.name);
    }
    this.#sleeper = spawn('nsenter', [`--net=${this.blue.path}`, '--', 'sleep', 'infinity'], { stdio: 'ignore' });
    const net = readlinkSync('/proc/self/ns/net');
    await until('a process in the namespace', () => readlinkSync(`/proc/${this.pid}/ns/net`) !== net);
    await this.#readBases();
    await this.#writeSnapshots();
    this.#writeData();
    this.#playSsh();
    const count = linesOf(listConntrack()).length;
    if (count !== flows.length || this.base('conntrack').length !== count)
      throw new Error(
        `${flows.length} flows were made, conntrack(8) lists ${count}, ctq ${this.base('conntrack').length}`,
      );
  }

  async #readBases(): Promise<void> {
    for (const table of TABLES) {
      const { columns } = factsOf(table);
      const list = Object.entries(columns).map(([name, text]) => `${text} as "${name}"`);
      const { stdout, stderr, code } = await play([
        `select ${list.join(', ')} from ${table}`,
        '-o',
        'csv',
        '--no-kernel-filter',
      ]);
      if (code !== 0) throw new Error(`${table}: ${stderr}`);
      this.#bases.set(table, entriesOf(stdout));
    }
  }

  async #writeSnapshots(): Promise<void> {
    for (const table of ['conntrack', 'expect'] as const)
      for (const [form, { output, compress }] of Object.entries(FORMS)) {
        const { stdout, stderr, code } = await play([`select from ${table}`, '-o', output]);
        if (code !== 0) throw new Error(`${form}: ${stderr}`);
        writeFileSync(this.snapshot(table, form), compress ? compress(Buffer.from(stdout)) : stdout);
      }
  }

  /** What is joined. */
  #writeData(): void {
    writeFileSync(
      this.path('ports.csv'),
      'port,label\n80,web\n443,tls\n53,dns\n53,dns2\n30001,data\n0,first\n1,second\n',
    );
    writeFileSync(
      this.path('ports.json'),
      JSON.stringify([
        { port: 443, label: 'tls' },
        { port: 8080, label: 'proxy' },
      ]),
    );
    writeFileSync(this.path('ports.jsonl'), '{"port":80,"label":"web"}\n{"port":21,"label":"ftp"}\n');
    writeFileSync(this.path('nets.csv'), 'net,site\n10.1.0.0/16,inside\nfd00::/8,inside6\n192.0.2.0/24,outside\n');
  }

  #playSsh(): void {
    mkdirSync(this.path('bin'));
    mkdirSync(this.path('far'));
    const program = (path: string, text: string): void => {
      writeFileSync(path, text);
      chmodSync(path, 0o755);
    };
    program(
      this.path('bin/ssh'),
      `#!/bin/bash\nwhile [ "$1" != -- ]; do shift; done\nshift 2\nPATH=${this.path('far')}:$PATH exec nsenter --net=${this.gateway.path} sh -c "$*"\n`,
    );
    program(this.path('far/ctq'), `#!/bin/sh\nexec ${process.execPath} ${PROGRAM} "$@"\n`);
    process.env.PATH = `${this.path('bin')}:${process.env.PATH}`;
  }

  close(): void {
    this.#sleeper?.kill('SIGKILL');
    this.blue.destroy();
    this.gateway.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Whether the tables are as they were: nothing that was tried may change them. */
  isUnchanged(): boolean {
    const count = String(this.base('conntrack').length);
    return [undefined, 'blue', 'gateway'].every(
      netns => run(['conntrack', '-C'], netns === undefined ? {} : { netns }).stdout.trim() === count,
    );
  }
}
