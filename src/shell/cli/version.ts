import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `ctq --version` prints: the version, the package that it was installed from, and the node that runs it. */
export function versionText(version: string): string {
  return `ctq ${version} (${originOf()}; node ${process.version}, ${process.arch})\n`;
}

let offered: string | undefined;

/** Says where the program is from, where no file does. */
export function offerOrigin(text: string): void {
  offered = text;
}

/** In a package, a file next to the program has its kind and its commit. */
function originOf(): string {
  if (offered !== undefined) return offered;
  try {
    // Undefined where the sources run without having been bundled.
    return readFileSync(join(typeof __dirname === 'undefined' ? '' : __dirname, 'origin'), 'utf8').trim();
  } catch {
    return 'from a checkout';
  }
}
