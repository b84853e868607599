import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseLabels, parseServices } from '../../../src/engine/environment.js';
import { readDataFile } from '../../../src/engine/sources/data-file/data-file.js';
import { decodeEntry, encodeEntry, History } from '../../../src/shell/interactive/line/history/history.js';
import { asyncProperty, ours, type Target } from '../harness.js';
import { HOSTILE, hostileText, mutated } from '../mutations.js';

const CORPUS = [
  'ip,name,site\n10.0.0.1,"a ""b""",x\n10.0.0.0/8,net,\n',
  '[{"ip":"10.0.0.1","name":"a","n":5},{"ip":null,"x":{"y":1}}]',
  '{"ip":"10.0.0.1","name":"a"}\n{"ip":"::1","n":18446744073709551615}\n',
  'ssh 22/tcp\nhttp 80/tcp www # web\ndomain 53/udp\n',
  '0 one\n5 five\n127 last\n',
  'select from conntrack;\nselect src\\nfrom conntrack;\n',
  HOSTILE.join(','),
].map(text => Buffer.from(text));

let folder = '';

async function readAll({ bytes, entry }: { bytes: Uint8Array; entry: string }): Promise<void> {
  const path = join(folder, 'file');
  writeFileSync(path, bytes, { mode: 0o600 });
  const file = await ours(() => readDataFile(path));
  for (const row of file?.rows ?? []) {
    for (const cell of Object.values(row)) if (cell !== null && typeof cell !== 'string') throw new Error('no text');
  }
  if (Object.hasOwn(Object.prototype, 'polluted')) throw new Error('the prototype was written to');
  const text = Buffer.from(bytes).toString('utf8');
  for (const port of parseServices(text).ports.values()) if (port > 65_535) throw new Error(`port ${port}`);
  for (const bit of parseLabels(text).values()) if (bit > 127) throw new Error(`label ${bit}`);
  const history = new History(path);
  history.add(entry);
  for (const each of history.entries) {
    if (/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(each) && each !== entry.trimEnd())
      throw new Error('control codes in the history');
  }
  const line = encodeEntry(entry);
  if (line.includes('\n')) throw new Error('an entry of two lines');
  const back = decodeEntry(line);
  if (back !== undefined && back !== entry) throw new Error('an entry that comes back otherwise');
}

export const files: Target = {
  name: 'files',
  what: 'files beside snapshots: CSV and JSON to join, services, labels, the history',
  runs: 400,
  open() {
    folder = mkdtempSync(join(tmpdir(), 'ctq-fuzz-'));
  },
  close() {
    rmSync(folder, { recursive: true, force: true });
  },
  property: () => asyncProperty(fc.record({ bytes: mutated(CORPUS), entry: hostileText }), readAll),
};
