/** The full screen that is drawn as docs/top.svg. Its only argument is the picture's path. */
import { setTimeout as pause } from 'node:timers/promises';
import { draw } from './picture.js';
import { seen, tmux } from './terminal.js';

/** Milliseconds in which the rates of the rows become a history. */
const HISTORY = 18_000;

async function play() {
  await seen(/flows\/s/);
  await pause(HISTORY);
  tmux('send-keys', 'Down', 'Down');
  await pause(500);
}

await draw(
  {
    columns: 128,
    rows: 26,
    args: ['top', '--no-config', '--every', '1s'],
    actors: [['server'], ['client'], ['busy'], ['visitor', { interval: 400 }]],
    title: 'ctq top',
    hasCursor: false,
  },
  play,
);
