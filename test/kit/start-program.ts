/** The programs of test/ that tests start in processes of their own. */
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);

/**
 * The command line of a program in test/: as it was bundled with the tests (scripts/lib/bundle-tests.js lists those), else its source.
 * @param path from the project's folder
 */
export function programLine(path: string, ...args: readonly string[]): string[] {
  const bundled = process.env.CTQ_TEST_START;
  return bundled === undefined
    ? [process.execPath, '--import', 'tsx', fileURLToPath(new URL(path, ROOT)), ...args]
    : [process.execPath, bundled, path, ...args];
}
