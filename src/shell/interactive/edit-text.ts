import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CtqError } from '../../engine/errors.js';
import { runChild, words } from './child.js';
import type { Editor } from './editor.js';

/**
 * Opens a text in `$VISUAL` or `$EDITOR`.
 * @returns what was saved; undefined if that is empty
 * @throws CtqError if the editor cannot be started, or reports an error
 */
export async function editText(
  text: string,
  { VISUAL, EDITOR }: Readonly<Record<string, string | undefined>>,
  terminal: Pick<Editor, 'lend'>,
): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'ctq-'));
  const path = join(folder, 'statement.ctq');
  try {
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
    const program = words(VISUAL || EDITOR || 'vi');
    const code = await terminal.lend(() => runChild([...program, path]));
    if (code !== 0) {
      const message = `${program[0]} ended with ${code}: the text is as it was`;
      throw new CtqError({ code: 'command', kind: 'system', message });
    }
    const edited = readFileSync(path, 'utf8').trim();
    return edited === '' ? undefined : edited;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
