import type { Target } from './harness.js';
import { alike } from './targets/alike.js';
import { conntrack8 } from './targets/conntrack8.js';
import { decoder } from './targets/decoder.js';
import { differential } from './targets/differential.js';
import { eventFilter } from './targets/event-filter.js';
import { files } from './targets/files.js';
import { fleet } from './targets/fleet.js';
import { language } from './targets/language.js';
import { output } from './targets/output.js';
import { pairs } from './targets/pairs.js';
import { snapshots } from './targets/snapshots.js';
import { transport } from './targets/transport.js';

/** What needs nothing but node, the quickest first. */
export const TARGETS: readonly Target[] = [decoder, transport, files, conntrack8, snapshots, alike, language, output];

/** Of these, other tests try some cases. */
export const TRIED_ELSEWHERE: readonly Target[] = [fleet];

/** What needs the kernel, and a network namespace of its own. */
export const KERNEL_TARGETS: readonly Target[] = [differential, eventFilter, pairs];
