/** Draws what a terminal shows after a session with ctq, inside the namespaces that `record.js` made. */
import { writeFileSync } from 'node:fs';
import { build, ping, start } from '../demo/network.js';
import { toSvg } from './svg.js';
import { coloured, open, tmux } from './terminal.js';

/**
 * Starts the demo's network and ctq in it, plays the session, draws the screen to the path in the command line, and ends the process.
 * @param {{
 *   columns: number, rows: number, args: readonly string[],
 *   actors: readonly (readonly [role: Parameters<typeof start>[0], options?: { interval: number }])[],
 *   title: string, hasCursor?: boolean
 * }} picture
 * @param {() => Promise<void>} play
 */
export async function draw({ columns, rows, args, actors, ...picture }, play) {
  const [path = ''] = process.argv.slice(2);
  try {
    build();
    const ends = [];
    for (const [name, options] of actors) {
      ends.push(await start(name, options));
    }
    ping();
    open(columns, rows, args);
    await play();
    const lines = coloured();
    tmux('kill-server');
    writeFileSync(path, toSvg(lines, { columns, ...picture }));
    for (const end of ends) {
      end();
    }
    console.log(`record: ${path}`);
  } catch (error) {
    console.error(`record: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
  process.exit(0);
}
