import { CtqError, type ErrorDetails, type ErrorKind } from '../../errors.js';
import type { Connection } from './connection.js';
import { checkMessages, FRAME, type Frame, FrameReader, malformed } from './frames.js';
import type { Ending } from './job.js';

/** The frames up to the end, which is checked. @throws CtqError the remote side's error, or for invalid frames */
export async function* framesOf(
  pieces: AsyncIterable<Uint8Array>,
  connection: Connection,
  onEnding?: (ending: Ending) => void,
): AsyncGenerator<Frame> {
  const reader = new FrameReader();
  for await (const piece of pieces) {
    reader.push(piece);
    for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
      if (frame.kind === FRAME.end) {
        const ending = parsed<Ending>(frame.body);
        if (ending.error !== undefined) throw errorOf(ending.error, connection);
        onEnding?.(ending);
        return;
      }
      yield frame.kind === FRAME.messages ? { ...frame, count: checkMessages(frame.body) } : frame;
    }
  }
  throw await connection.failure();
}

/** @throws CtqError for anything but a JSON object */
export function parsed<T extends object>(body: Uint8Array): T {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as T;
  } catch {
    // Reported below.
  }
  throw malformed();
}

const KINDS: ReadonlySet<unknown> = new Set<ErrorKind>(['permission', 'kernel', 'input', 'system']);
const CODES = /^(?:kernel-E|permission-)[A-Za-z0-9-]{1,40}$/;

/** An error of the remote side; none of its parts is trusted. */
export function errorOf(details: ErrorDetails, { label, rights }: Connection): CtqError {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value.slice(0, 500) : undefined);
  const kind = KINDS.has(details.kind) ? details.kind : 'system';
  const { errno } = details;
  return new CtqError({
    // Other codes have a meaning in this process, such as a closed output.
    code: CODES.test(text(details.code) ?? '') ? details.code : 'relay-failed',
    kind,
    message: `${label}: ${text(details.message) ?? 'it failed'}`,
    hint: kind === 'permission' ? rights : text(details.hint),
    ...(typeof errno === 'number' && errno > 0 && errno < 4096 ? { errno } : {}),
  });
}
