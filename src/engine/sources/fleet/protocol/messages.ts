import { checkMessages } from '../../remote/frames.js';
import { malformedAnswer } from './protocol.js';

/** The kernel's messages in a part: a copy of its own, so that they begin at multiples of four. @throws CtqError if they are not whole */
export function messagesOf(part: Uint8Array): { readonly bytes: Uint8Array; readonly count: number } {
  const bytes = new Uint8Array(part);
  try {
    return { bytes, count: checkMessages(bytes) };
  } catch {
    throw malformedAnswer();
  }
}
