import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { root } from './project.js';

/** @type {Map<string, SourceMap | undefined>} */
const maps = new Map();

/** @param {string} script */
function mapOf(script) {
  if (!maps.has(script)) {
    const path = `${script}.map`;
    maps.set(script, existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, 'utf8'))) : undefined);
  }
  return maps.get(script);
}

/**
 * A text in which places in bundled tests, such as those of a stack, are those in the sources. Done for what has failed: node's
 * --enable-source-maps takes time for each file.
 * @param {string} text
 */
export function withSourcePlaces(text) {
  return text.replaceAll(/(?:file:\/\/)?(\/[^\s:()]*\/tests\.cjs):(\d+):(\d+)/g, (whole, script, line, column) => {
    const entry = mapOf(script)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry === undefined || !('originalSource' in entry)) return whole;
    const source = relative(root, join(dirname(script), entry.originalSource));
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}
