/**
 * Recorders that are killed at every step of their work, at any time, on a full disk, and while the clock is set: whatever was made is
 * stored once, or in a time that is known to be incomplete.
 *
 *   unshare --mount --propagation private node --import tsx test/bench/history/crash.ts [ROUNDS [SEED]]
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openReader } from '../../../src/engine/sources/history/files/duckdb.js';
import { filesToRead } from '../../../src/engine/sources/history/files/files-to-read.js';
import { gapsIn } from '../../../src/engine/sources/history/files/recording/journal.js';
import { programLine } from '../../kit/start-program.js';
import type { Life } from './recorder.js';

/** About so many calls that change a file has the life of a recorder. */
const STEPS = 400;
/** A full disk has room for little more than the journal. */
const DISK = '3m';

export interface CrashRound {
  readonly what: string;
  /** Flows of all rounds so far in the same folder. */
  readonly made: number;
  readonly stored: number;
  readonly distinct: number;
  /** In times that are known to be incomplete. */
  readonly lost: number;
  /** Neither stored nor known to be lost; must be 0. */
  readonly missing: number;
}

/** @returns when each flow was made, by its id @throws Error where the recorder fails otherwise than by being killed */
function live(life: Life): Promise<Map<number, number>> {
  return new Promise((resolve, reject) => {
    const [program, ...args] = programLine('test/bench/history/recorder.ts', JSON.stringify(life));
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let failure = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      failure += text;
    });
    child.on('close', (code, signal) => {
      if (code !== 0 && signal !== 'SIGKILL')
        reject(new Error(`the recorder ended with ${code ?? signal}: ${failure}`));
      const made = new Map<number, number>();
      for (const [, id, time] of said.matchAll(/^made (\d+) (\d+)$/gm)) made.set(Number(id), Number(time));
      resolve(made);
    });
  });
}

/** The ids that a history has, each as often as it has it. */
async function storedIn(folder: string): Promise<number[]> {
  const { paths } = filesToRead(folder, { bounds: {} });
  if (paths.length === 0) return [];
  const { duckdb, connection, close } = await openReader(folder);
  try {
    const statement = await connection.prepare('SELECT id FROM read_parquet($1)');
    statement.bindList(1, duckdb.listValue([...paths]), duckdb.LIST(duckdb.VARCHAR));
    return (await statement.runAndReadAll()).getRows().map(([id]) => Number(id));
  } finally {
    close();
  }
}

/** A folder, and what was made there. */
class Trial {
  readonly made = new Map<number, number>();
  #shift = 0;
  #nextId = 0;

  constructor(readonly folder: string) {}

  async live(how: Partial<Life>): Promise<void> {
    const life = {
      folder: this.folder,
      firstId: this.#nextId,
      batches: 30,
      shift: this.#shift,
      jump: 0,
      hours: 3,
      ...how,
    };
    const made = await live(life);
    this.#nextId += life.batches * 100;
    this.#shift += life.jump;
    for (const [id, time] of made) this.made.set(id, time);
  }

  /** After a recorder was started again, and has ended as it should. */
  async judge(what: string): Promise<CrashRound> {
    await this.live({ batches: 0 });
    const stored = await storedIn(this.folder);
    const distinct = new Set(stored);
    const gaps = gapsIn(this.folder, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    const absent = [...this.made].filter(([id]) => !distinct.has(id));
    const lost = absent.filter(([, time]) => gaps.some(({ from, to }) => from <= time && time <= to)).length;
    return {
      what,
      made: this.made.size,
      stored: stored.length,
      distinct: distinct.size,
      lost,
      missing: absent.length - lost,
    };
  }
}

/** @param report called after each round */
export async function crash(rounds: number, seed: number, report: (round: CrashRound) => void): Promise<void> {
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const root = mkdtempSync(join(tmpdir(), 'ctq-crash-'));
  const disk = join(root, 'disk');
  mkdirSync(disk);
  const hasDisk = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', disk]).status === 0;
  try {
    const trial = new Trial(join(root, 'history'));
    for (let round = 0; round < rounds; round++) {
      const kind = round % 4;
      if (kind === 1 && hasDisk) {
        report(await fullDisk(join(disk, `history${round}`), disk));
      } else if (kind === 2) {
        const jump = (random(2) === 0 ? -1 : 1) * (1 + random(180)) * 60_000;
        await trial.live({ jump, dieAtStep: 1 + random(STEPS) });
        report(await trial.judge(`the clock is set by ${jump / 60_000} minutes, killed`));
      } else if (kind === 3) {
        const dieAfter = random(900);
        await trial.live({ dieAfter });
        report(await trial.judge(`killed after ${dieAfter} ms`));
      } else {
        const dieAtStep = 1 + Math.floor((round * STEPS) / rounds);
        await trial.live({ dieAtStep });
        report(await trial.judge(`killed at step ${dieAtStep}`));
      }
    }
  } finally {
    if (hasDisk) spawnSync('umount', [disk]);
    rmSync(root, { recursive: true, force: true });
  }
}

async function fullDisk(folder: string, disk: string): Promise<CrashRound> {
  const trial = new Trial(folder);
  // What ended in earlier hours would be deleted to make room.
  await trial.live({ hours: 1, batches: 40, filler: join(disk, 'filler') });
  const round = await trial.judge('a full disk');
  rmSync(folder, { recursive: true });
  return round;
}

const text = ({ what, made, stored, distinct, lost, missing }: CrashRound): string =>
  `${what}: ${made} made, ${stored} stored, ${distinct} distinct, ${lost} lost, ${missing} missing`;

async function main(): Promise<void> {
  const [rounds = 200, seed = 1] = process.argv.slice(2).map(Number);
  let bad = 0;
  let number = 0;
  await crash(rounds, seed, round => {
    const isGood = round.missing === 0 && round.stored === round.distinct;
    if (!isGood) bad++;
    process.stdout.write(`${++number} ${isGood ? 'ok' : 'WRONG'} ${text(round)}\n`);
  });
  process.stdout.write(`${rounds} rounds, ${bad} wrong\n`);
  process.exitCode = bad === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) void main();
