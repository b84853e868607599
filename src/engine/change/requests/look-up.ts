import { ERRNO } from '../../errno.js';
import { CtqError } from '../../errors.js';

/** The answer to a single request; none where there is no such entry. */
export async function lookUp(exchange: () => Promise<readonly Uint8Array[]>): Promise<readonly Uint8Array[]> {
  try {
    return await exchange();
  } catch (error) {
    if (error instanceof CtqError && error.errno?.number === ERRNO.ENOENT) return [];
    throw error;
  }
}
