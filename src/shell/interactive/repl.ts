import { createInterface } from 'node:readline';
import { isComplete } from '../../lang/parse.js';
import type { ExitCode, Shell } from '../shell.js';

/** The interactive shell: statements line by line, until the end of the input. */
export async function interact(shell: Shell): Promise<ExitCode> {
  const lines = createInterface({ input: shell.io.stdin, output: shell.io.stdout, prompt: 'ctq> ' });
  let text = '';
  lines.prompt();
  for await (const line of lines) {
    text += `${line}\n`;
    if (isComplete(text)) {
      await shell.run(text, { folder: process.cwd(), including: [] });
      text = '';
    }
    lines.setPrompt(text === '' ? 'ctq> ' : '...> ');
    lines.prompt();
  }
  return 0;
}
