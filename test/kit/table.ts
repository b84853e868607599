/** Reads the kernel's tables as plain data, for tests of what is written to them. */

import { decodeFlow, type Flow } from '../../src/engine/ctnetlink/codec/flow.js';
import type { KernelFilter } from '../../src/engine/ctnetlink/requests/kernel-filter.js';
import { dumpFlows } from '../../src/engine/ctnetlink/requests/requests.js';
import { MessageView } from '../../src/engine/ctnetlink/view/view.js';
import { CtqError } from '../../src/engine/errors.js';
import type { Source } from '../../src/engine/sources/source.js';

/** All flows of a dump. */
export async function flowsOf(source: Source, filter: KernelFilter = {}): Promise<Flow[]> {
  const flows: Flow[] = [];
  const view = new MessageView();
  for await (const { bytes } of source.dump(dumpFlows(filter))) {
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      flows.push(decodeFlow(view));
    }
  }
  return flows;
}

/** The one flow that a request is answered with. */
export async function flowOf(source: Source, request: Uint8Array): Promise<Flow> {
  const [message] = await source.exchange(request);
  const view = new MessageView();
  view.set(message, 0);
  return decodeFlow(view);
}

/** The name of the error that a request is answered with; undefined where it succeeds. */
export async function errnoOf(source: Source, request: Uint8Array): Promise<string | undefined> {
  try {
    await source.exchange(request);
    return undefined;
  } catch (error) {
    if (error instanceof CtqError && error.errno !== undefined) return error.errno.name;
    throw error;
  }
}

/** What the kernel tells flows apart by, sorted. */
export const namesOf = (flows: readonly Flow[]): string[] =>
  flows.map(({ family, zone, orig, reply }) => JSON.stringify([family, zone, orig, reply])).sort();
