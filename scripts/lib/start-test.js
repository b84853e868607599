/**
 * Starts what scripts/lib/bundle-tests.js bundled, in its folder: `start.cjs FILE [ARGUMENT…]`. `start.cjs --make-cache FILE` keeps what V8
 * compiled while FILE ran.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';

const path = join(__dirname, 'tests.cjs');
const cache = join(__dirname, 'tests.cache');
const isMaking = process.argv[2] === '--make-cache';
const [file, ...args] = process.argv.slice(isMaking ? 3 : 2);
process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
// For programs that tests start.
process.env.CTQ_TEST_START = __filename;

const script = new Script(readFileSync(path, 'utf8'), {
  // Coverage counts what has a URL.
  filename: process.env.NODE_V8_COVERAGE ? pathToFileURL(path).href : path,
  cachedData: existsSync(cache) ? readFileSync(cache) : undefined,
});
/** @type {{ exports: { files?: Record<string, () => Promise<unknown>> } }} */
const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(path), module, path, __dirname);

async function main() {
  const loaded = await module.exports.files?.[file]();
  if (isMaking) {
    const { warmUp } = /** @type {{ warmUp: () => Promise<void> }} */ (loaded);
    await warmUp();
    writeFileSync(cache, script.createCachedData());
  }
}

void main();
