/** The two programs that take command lines of conntrack(8), and what of their output can be compared. */
import { PassThrough, Readable } from 'node:stream';
import { openKernel } from '../../../src/engine/sources/kernel/kernel.js';
import { runConntrack } from '../../../src/shell/conntrack8/run.js';
import type { Finished } from '../../kit/command.js';
import { conntrack } from '../../kit/oracle.js';
import { BASE } from './lines.js';

/** Runs ctq's own program for a command line, in this process and a namespace (this one where left out). */
export async function ours(words: readonly string[], input = '', netns?: string): Promise<Finished> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const texts = [stdout, stderr].map(stream => {
    const chunks: Buffer[] = [];
    stream.on('data', chunk => chunks.push(chunk as Buffer));
    return () => Buffer.concat(chunks).toString('utf8');
  });
  const signals = { on: () => {}, off: () => {} };
  const io = { stdin: Readable.from([Buffer.from(input)]), stdout, stderr, env: {}, ...signals };
  const open = netns === undefined ? undefined : () => openKernel({ namespace: { name: netns } });
  const code = await runConntrack(words, io, open);
  await new Promise(resolve => setImmediate(resolve));
  return { stdout: texts[0](), stderr: texts[1](), code };
}

/** Seconds that may go by while tables are compared. */
const AGE = 250;

export const theirs = (words: readonly string[], netns: string): Finished => conntrack(words, { netns });

/**
 * Lines in an order of their own (that of the kernel's hash table is another in each namespace), without what is not a property of
 * the flow: ids, seconds that went by, references held while it was read.
 */
export const comparable = (text: string): readonly string[] =>
  text
    .split('\n')
    .map(line =>
      line
        .replace(
          /^((?:ipv[46] +\d+ )?\w+ +\d+) (\d+) /,
          (_, head, seconds) => `${head} ${AGE * Math.ceil(Number(seconds) / AGE)} `,
        )
        .replace(/ id=\d+(?=$| labels)/, ' id')
        .replace(/ use=\d+/, ' use'),
    )
    .sort();

/** Each flow once: a dump may show one twice where other namespaces change the kernel's hash table meanwhile. */
export const table = async (netns?: string): Promise<readonly string[]> => [
  ...new Set(comparable((await ours(['-L', '-o', 'extended,labels'], '', netns)).stdout)),
];

/** Makes the table as BASE has it. */
export async function reset(netns?: string): Promise<void> {
  await ours(['-F'], '', netns);
  const { code, stderr } = await ours(['-R', '-'], BASE.join('\n'), netns);
  if (code !== 0) throw new Error(stderr);
}

/** The rules without which a namespace has neither NAT nor labels. */
export const RULES = `
  table inet testbed {
    chain labels { type filter hook input priority 0; ct label 127 counter; }
    chain nat { type nat hook postrouting priority 100; }
  }`;
export const LABELS = { 5: 'five', 6: 'six', 127: 'last' } as const;
