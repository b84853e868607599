import type { ShellSession } from '../session/session.js';

/** Shows a text other than a result, such as help: through the pager if it exceeds the screen. @param make the text, with or without colours */
export async function showText(make: (color: boolean) => string, shell: ShellSession): Promise<void> {
  const { stdout } = shell.io;
  const toFile = shell.results.file() !== undefined;
  const view = toFile ? undefined : shell.view?.(false);
  const text = make(shell.color(stdout) && !toFile && view?.isTTY !== false);
  if (view === undefined) {
    shell.results.print(text);
    return;
  }
  view.destination.write(Buffer.from(text, 'utf8'), () => {});
  await view.destination.close();
}
