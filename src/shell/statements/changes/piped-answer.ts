/**
 * An answer that is piped to ctq: `echo n | ctq "delete …"`. Without a terminal nothing is asked, but a `n` there is meant. It is looked at
 * and not taken: standard input may be the list of a loop of the shell (`while read ip; do ctq "delete …"; done < list`).
 */
import { closeSync, fstatSync, readFileSync, readSync } from 'node:fs';
import { libc } from '../../../engine/netlink/libc.js';

const STDIN = 0;
/** An answer is short. */
const LENGTH = 64;
/** Milliseconds that a program before the pipe has to answer: it may not have begun. Behind ssh(1) nothing may ever come. */
const WAIT = 100;

const POLLIN = 1;
const MSG_PEEK = 2;
const MSG_DONTWAIT = 0x40;
const SPLICE_F_NONBLOCK = 2;

/** Whether the first line of standard input is a no. */
export const isDeclined = (): boolean => /^\s*no?\s*$/i.test(firstLine());

function firstLine(): string {
  try {
    const bytes = Buffer.alloc(LENGTH);
    return bytes.toString('latin1', 0, Math.max(0, peek(bytes))).split('\n', 1)[0];
  } catch {
    // Closed, or it cannot be looked at.
    return '';
  }
}

/** @returns how many bytes there are */
function peek(bytes: Buffer): number {
  const kind = fstatSync(STDIN);
  if (kind.isFile()) {
    const position = /^pos:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${STDIN}`, 'utf8'))?.[1];
    return readSync(STDIN, bytes, 0, LENGTH, Number(position ?? 0));
  }
  if (!(kind.isFIFO() || kind.isSocket()) || libc().poll(Int32Array.of(STDIN, POLLIN), 1, WAIT) <= 0) return 0;
  if (kind.isSocket()) return libc().recv(STDIN, bytes, LENGTH, MSG_PEEK | MSG_DONTWAIT);
  const ends = new Int32Array(2);
  if (libc().pipe2(ends, 0) !== 0) return 0;
  const [output, input] = ends;
  try {
    const count = libc().tee(STDIN, input, LENGTH, SPLICE_F_NONBLOCK);
    return count > 0 ? readSync(output, bytes, 0, count, null) : 0;
  } finally {
    closeSync(output);
    closeSync(input);
  }
}
