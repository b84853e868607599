/** Runs a case, and says what is wrong with what came. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { CtqError } from '../../../src/engine/errors.js';
import { query, type Row } from '../../../src/index.js';
import type { Case, Expected } from './case.js';
import { type Played, play } from './play.js';
import { type Result, readResult } from './read.js';
import { lacking, leaves, type Texts } from './rows.js';
import type { World } from './world.js';

/** `refused`: a statement that the checker admits and that cannot be run there. */
export type Verdict = { readonly kind: 'right' | 'refused' } | { readonly kind: 'wrong'; readonly why: string };

const wrong = (why: string): Verdict => ({ kind: 'wrong', why });
const RIGHT: Verdict = { kind: 'right' };

/** Words of a defect, in whichever message. */
const DEFECT =
  /\binternal\b|\bTypeError\b|\bRangeError\b|is not a function|is undefined|Cannot read prop|\bNaN\b|\[object /;

/** A snapshot of another table than a join needs, and standard input that is needed twice: reported when it is read. */
const LACKING = /holds (?:flows|expectations), not|can be read only once|what is appended to it cannot be read/;

/** Columns whose texts are not those of CSV. */
const isShown = ({ choice }: Case): boolean => choice.modifier === 'human' || choice.modifier === 'resolve';

async function byProgram(each: Case, world: World): Promise<Played> {
  const { args, text, choice } = each;
  const input = each.input === '' ? '' : readFileSync(each.input);
  switch (choice.way) {
    case 'execute':
      return play([...args, '-e', text], input);
    case 'script': {
      const path = world.path('script.ctq');
      writeFileSync(path, `-- a script\n${text};\n`);
      return play([...args, path], input);
    }
    case 'pipe':
      return play([...args], `${text}\n`);
    default:
      return play([...args, text], input);
  }
}

/** The rows of the library, as texts. */
async function byLibrary({ text, choice, expected }: Case): Promise<Verdict> {
  const rows: Row[] = [];
  try {
    for await (const row of query(text, { kernelFilter: choice.filter === 'kernel filter' })) rows.push(row);
  } catch (error) {
    if (error instanceof CtqError && (error.kind === 'statement' || LACKING.test(error.message)))
      return { kind: 'refused' };
    return wrong(`the library throws ${error instanceof Error ? error.stack : error}`);
  }
  if (expected === undefined) return RIGHT;
  if (expected.isWhole) return compare({ count: rows.length }, expected, choice.repeat === 'every');
  return compare({ rows: rows.map(leaves) }, expected, choice.repeat === 'every');
}

const sample = (keys: readonly string[]): string =>
  keys
    .slice(0, 3)
    .map(key => key.replaceAll('\u0001', ' | '))
    .join('; ');

/** @param isRepeated the rows may come several times */
function compare({ rows, count = rows?.length }: Result, expected: Expected, isRepeated: boolean): Verdict {
  if (count === undefined) return RIGHT;
  let times = 1;
  if (isRepeated && expected.count > 0) times = Math.max(1, Math.round(count / expected.count));
  const wanted = expected.count * times;
  if (count !== wanted)
    return wrong(`${count} rows, not ${wanted}${rows ? `: ${sample(rows.map(row => row.join(' | ')))}` : ''}`);
  if (rows === undefined) return RIGHT;
  const all: Texts[] = Array.from({ length: times }, () => expected.rows).flat();
  const strange = lacking(rows, all);
  if (strange.length > 0)
    return wrong(`rows that should not be there: ${sample(strange)}\n  not ${sample(lacking(all, rows))}`);
  if (expected.order === undefined) return RIGHT;
  const texts = rows.slice(0, expected.count).map(row => row[expected.order!.column]);
  return texts.join() === expected.order.texts.join()
    ? RIGHT
    : wrong(`the order is ${texts.slice(0, 12)}, not ${expected.order.texts.slice(0, 12)}`);
}

const SAYS = /would (?:insert|update|delete) (?:all )?(the only|both|\d+)(?:.*, leave (\d+) that exist)?/;
const WORDS: Readonly<Record<string, number>> = { 'the only': 1, both: 2 };

/** What the program says and writes beside its rows. */
async function judged(each: Case, { stdout, stderr, code }: Played): Promise<Verdict> {
  const { choice, expected } = each;
  const all = `exit code ${code}\n${stderr}`;
  if (DEFECT.test(stderr) || DEFECT.test(stdout)) return wrong(`words of a defect: ${all}${stdout.slice(0, 300)}`);
  if (![0, 1, 2].includes(code)) return wrong(all);
  const changes = ['insert from', 'update', 'delete', 'zero'].includes(choice.statement);
  if (choice.extra === '--read-only' && changes) return code === 0 ? wrong(`not refused: ${all}`) : { kind: 'refused' };
  // What a file holds is known when it is read.
  if (each.isRefused && choice.statement === 'explain' && choice.table.endsWith('stats')) return RIGHT;
  if (each.isRefused)
    return code === 2 || LACKING.test(stderr)
      ? { kind: 'refused' }
      : wrong(`a snapshot has no such table: ${all}${stdout.slice(0, 200)}`);
  if (code === 2 || LACKING.test(stderr)) return { kind: 'refused' };
  if (choice.statement === 'get' && expected !== undefined && expected.count !== 1)
    return code === 1 ? RIGHT : wrong(`get of ${expected.count}: ${all}`);
  if (code === 1) return wrong(all);
  if (expected === undefined) return RIGHT;
  if (changes && choice.statement !== 'zero') {
    const [, said, left = 0] = SAYS.exec(stderr) ?? [];
    return said !== undefined && (WORDS[said] ?? Number(said)) + Number(left) === expected.count
      ? RIGHT
      : wrong(`not ${expected.count}: ${all}`);
  }
  if (each.file !== undefined && !existsSync(each.file)) return wrong(`no file is written: ${all}`);
  const written = each.file === undefined ? stdout : readFileSync(each.file, 'utf8');
  switch (choice.statement) {
    case 'explain':
      return /request/.test(written) ? RIGHT : wrong(`it explains nothing: ${written}`);
    case 'explain analyze': {
      const plain = written.replaceAll(/\u001b\[[\d;]*m/g, '');
      // Of each side of a union.
      const counts = Array.from(plain.matchAll(/rows of the result\D+(\d+)/g), ([, count]) => Number(count));
      const sum = counts.reduce((all, count) => all + count, 0);
      if (
        counts.length === 0 ||
        sum === expected.count ||
        choice.nesting === 'union' ||
        choice.repeat === 'every' ||
        choice.except !== 'none' ||
        isShown(each)
      )
        return RIGHT;
      return wrong(`it has ${sum} rows, not ${expected.count}`);
    }
    default: {
      const result = await readResult(written, choice, expected);
      const shown = isShown(each) ? { count: result.rows?.length ?? result.count } : result;
      return compare(shown, expected, choice.repeat === 'every');
    }
  }
}

export async function judge(each: Case, world: World): Promise<Verdict> {
  if (each.choice.way === 'library') return byLibrary(each);
  if (each.file !== undefined) rmSync(each.file, { force: true });
  try {
    return await judged(each, await byProgram(each, world));
  } catch (error) {
    return wrong(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
