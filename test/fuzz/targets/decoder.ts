import { MessageView } from '../../../src/engine/ctnetlink/view/view.js';
import { WireError } from '../../../src/engine/ctnetlink/wire-error.js';
import {
  CPU_STATS,
  EVENTS,
  EXPECT_CPU_STATS,
  EXPECTATIONS,
  FLOWS,
  GLOBAL_STATS,
} from '../../engine/ctnetlink/fixtures/kernel.js';
import { everything } from '../../kit/everything.js';
import { property, type Target } from '../harness.js';
import { mutatedMessage } from '../mutations.js';

/** Messages as kernels sent them. */
export const MESSAGES: readonly Uint8Array[] = [
  ...FLOWS,
  ...EXPECTATIONS,
  ...EVENTS,
  ...CPU_STATS,
  ...EXPECT_CPU_STATS,
  ...GLOBAL_STATS,
];

/** Reads all that is to be read. @throws anything but WireError */
function readAll(bytes: Uint8Array): void {
  const view = new MessageView();
  for (let at = 0; at < bytes.length; ) {
    let next: number;
    try {
      next = view.set(bytes, at);
    } catch (error) {
      if (error instanceof WireError) return;
      throw error;
    }
    if (next <= at || view.end > bytes.length) throw new Error(`the view went from ${at} to ${next}`);
    everything(view);
    at = next;
  }
}

export const decoder: Target = {
  name: 'decoder',
  what: 'bytes: messages of the kernel, cut, nested, doubled, with wrong lengths, huge',
  runs: 1500,
  property: () => property(mutatedMessage(MESSAGES), readAll),
};
