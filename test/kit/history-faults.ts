/**
 * Rounds in which recorder and server are ended at any step, answers are cut off, the spool is full, segments are refused and the clock jumps.
 * After each: what was made is in the table once, or reported as lost.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../../src/engine/sources/history/clickhouse/connection.js';
import { serverOf } from '../../src/lang/schema/history-server.js';
import { ClickHouse } from './clickhouse.js';
import { Program } from './program.js';
import { openServerRecorder, sentFrom } from './recorded.js';
import { programLine } from './start-program.js';

export interface Tally {
  readonly rounds: number;
  readonly made: number;
  readonly stored: number;
  /** Rows that `losses` counts. */
  readonly counted: number;
  /** Rows that were in memory when a recorder was killed, in a gap that `losses` names. */
  readonly inGaps: number;
  readonly kills: { readonly recorder: number; readonly server: number };
}

/** @param next a number from 0 to N-1 @throws Error for a flow that is missing without a word, or there twice */
export async function faultRounds(rounds: number, next: (below: number) => number): Promise<Tally> {
  const server = new ClickHouse();
  const spool = mkdtempSync(join(tmpdir(), 'ctq-spool-'));
  const kills = { recorder: 0, server: 0 };
  const recorded: Recorded[] = [];
  let first = 0;
  let recorder: Program | undefined;
  try {
    await server.start();
    const address = await server.prepare();
    for (let round = 0; round < rounds; round++) {
      const fault = next(6);
      const clock = next(4) === 0 ? (next(2) === 0 ? -3_600_000 : 3_600_000) : 0;
      const bytes = fault === 5 ? 20_000 : 2 ** 30;
      await server.fail({ cut: 0, drop: 0, refuse: 0, ...[{}, { cut: 2 }, { drop: 2 }, { refuse: 1 }, {}, {}][fault] });
      const args = [address, spool, String(bytes), String(first), String(clock)];
      recorder = new Program(programLine('test/kit/programs/record-to-server.ts', ...args), {
        env: { NODE_OPTIONS: '' },
      });
      await recorder.waitFor(/made (\d+)/, 60_000);
      await sleep(next(400));
      const killsServer = next(3) === 0;
      if (killsServer) {
        await server.kill();
        kills.server++;
        await sleep(next(200));
      }
      const killsRecorder = next(3) > 0;
      recorder.kill(killsRecorder ? 'SIGKILL' : 'SIGTERM');
      if (killsRecorder) kills.recorder++;
      await recorder.exit();
      const last = (word: string): number =>
        Number([...recorder.stdout.matchAll(new RegExp(`^${word} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? first);
      const made = last('made');
      recorded.push({ first, kept: killsRecorder ? last('kept') : made, made, wasKilled: killsRecorder });
      // More may have been recorded than it printed: these numbers are not used again.
      first = made + 97;
      if (killsServer) await server.start();
    }
    await server.fail({ cut: 0, drop: 0, refuse: 0 });
    const end = await openServerRecorder(address, { spool });
    await sentFrom(spool);
    await end.close();
    const made = recorded.reduce((sum, each) => sum + each.made - each.first, 0);
    return { rounds, made, kills, ...(await judge(address, recorded)) };
  } finally {
    await recorder?.stop('SIGKILL');
    await server.stop();
    rmSync(spool, { recursive: true, force: true });
  }
}

/** The flows of a recorder: from `first`, up to `kept` in the spool or counted as lost, up to `made` in its memory. */
interface Recorded {
  readonly first: number;
  readonly kept: number;
  readonly made: number;
  readonly wasKilled: boolean;
}

async function judge(
  address: string,
  recorded: readonly Recorded[],
): Promise<Pick<Tally, 'stored' | 'counted' | 'inGaps'>> {
  const connection = await Connection.open(serverOf(address));
  try {
    const ids = (await connection.all('SELECT id FROM flows ORDER BY id', [])).map(([id]) => Number(id));
    const distinct = new Set(ids);
    if (distinct.size !== ids.length) throw new Error(`${ids.length - distinct.size} flows are there twice`);
    let inGaps = 0;
    let unexplained = 0;
    for (const { first, kept, made } of recorded)
      for (let id = first; id < made; id++) {
        if (distinct.has(id)) continue;
        if (id >= kept) inGaps++;
        else unexplained++;
      }
    const killed = recorded.filter(({ wasKilled }) => wasKilled).length;
    const [[counted, crashes, hours]] = await connection.all(
      "SELECT toUInt32(sum(ifNull(events, 0))), toUInt32(countIf(reason = 'crashed')), (SELECT toUInt32(sum(rows)) FROM flows_1h) FROM losses",
      [],
    );
    if (unexplained > Number(counted))
      throw new Error(`${unexplained} flows are missing, ${counted} are reported as lost`);
    if (Number(crashes) < killed) throw new Error(`${killed} crashes, ${crashes} of them are reported`);
    if (Number(hours) !== ids.length) throw new Error(`${ids.length} flows, ${hours} in the sums by the hour`);
    return { stored: ids.length, counted: Number(counted), inGaps };
  } finally {
    await connection.close();
  }
}
