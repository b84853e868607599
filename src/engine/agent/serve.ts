import { asCtqError, CtqError } from '../errors.js';
import {
  type Answerer,
  anyQuerySubject,
  type Bus,
  partSubject,
  querySubject,
} from '../sources/fleet/links/nats/bus.js';
import { decodePartRequest, encodeFrame, otherVersion } from '../sources/fleet/protocol/protocol.js';
import type { JobQueue } from './job-queue.js';

/**
 * Answers the queries that a message server passes on.
 * @param name of this member on the server
 * @param onPermission called with whether the server lets this user read each subject
 */
export function serve(
  bus: Bus,
  name: string,
  queue: Pick<JobQueue, 'take' | 'answer'>,
  onPermission: (subject: string, isAllowed: boolean) => void = () => {},
): void {
  const listen = (to: string, answer: Answerer): void =>
    bus.serve(to, answer, isAllowed => onPermission(to, isAllowed));
  listen(anyQuerySubject(name), async (bytes, subject, requester) => {
    if (subject !== querySubject(name)) return encodeFrame({ kind: 'error', error: otherVersion() });
    return encodeFrame((await queue.take(bytes, requester)).begin);
  });
  listen(partSubject(name), async bytes => {
    try {
      const request = decodePartRequest(bytes);
      const answer = await queue.answer(request.id);
      if (request.kind === 'finish') {
        answer?.touch();
        answer?.onFinish();
        return undefined;
      }
      if (request.kind === 'end') {
        answer?.close();
        return undefined;
      }
      if (answer === undefined) throw noAnswer();
      return encodeFrame(
        request.kind === 'wait' ? await answer.first() : await answer.part(request.part, request.done),
      );
    } catch (error) {
      return encodeFrame({
        kind: 'error',
        error: asCtqError(error),
      });
    }
  });
}

const noAnswer = (): CtqError =>
  new CtqError({ code: 'fleet-part', kind: 'system', message: 'its answer no longer exists' });
