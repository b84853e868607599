/** Compiles `matcher.as.ts` with AssemblyScript. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(ROOT, 'src/engine/formats/reading/shapes/matcher');
const OPTIONS = ['--runtime', 'stub', '--noAssert', '-O3', '--initialMemory', '4'];

/** A module with the compiled program, as base64. @throws Error with the compiler's messages */
export function matcherModule(): string {
  const compiler = join(ROOT, 'node_modules/assemblyscript/bin/asc.js');
  const folder = mkdtempSync(join(tmpdir(), 'ctq-matcher-'));
  try {
    const file = join(folder, 'matcher.wasm');
    const { status, stderr } = spawnSync(process.execPath, [compiler, 'matcher.as.ts', ...OPTIONS, '--outFile', file], {
      cwd: FOLDER,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    const lines =
      readFileSync(file)
        .toString('base64')
        .match(/.{1,100}/g) ?? [];
    return `/** matcher.as.ts, compiled. */\nexport const MATCHER =\n${lines.map(line => `  '${line}'`).join(' +\n')};\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
