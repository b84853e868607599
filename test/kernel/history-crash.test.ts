// timeout: 90
/** A recorder that is killed, whose disk is full, whose clock is set: what was made is stored once, or known to be lost. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CrashRound, crash } from '../bench/history/crash.js';

const test = suite('history: crashes');

test('three rounds: test/bench/history/crash.ts has more', async () => {
  const rounds: CrashRound[] = [];
  await crash(3, 1, round => rounds.push(round));
  assert.is(rounds.length, 3);
  for (const round of rounds) {
    assert.is(round.stored, round.distinct, round.what);
    assert.is(round.missing, 0, round.what);
  }
  assert.ok(rounds[2].stored > 0);
});

test.run();
