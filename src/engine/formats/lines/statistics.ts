/** The statistics of conntrack(8): `conntrack -S` and `conntrack -S expect`, byte for byte. */

import type { EXPECT_STATS_FIELDS, STATS_FIELDS } from '../../../lang/schema/fields/statistics.js';
import type { Value } from '../../../lang/values/value.js';
import { readerOf } from '../../ctnetlink/fields/accessors.js';
import type { MessageView } from '../../ctnetlink/view/view.js';
import { writeOrigin } from '../writing/cause.js';
import type { Text } from '../writing/text.js';

/** conntrack(8)'s words, in the order of the kernel's attributes. */
const STATS_WORDS = {
  found: 'found',
  invalid: 'invalid',
  insert: 'insert',
  insert_failed: 'insert_failed',
  drop: 'drop',
  early_drop: 'early_drop',
  error: 'error',
  search_restart: 'search_restart',
  clash_resolve: 'clash_resolve',
  chain_toolong: 'chaintoolong',
} as const satisfies Record<Exclude<keyof typeof STATS_FIELDS, 'cpu' | 'gateway' | 'netns' | 'filename'>, string>;

const EXPECT_WORDS = {
  new: 'expect_new',
  create: 'expect_create',
  delete: 'expect_delete',
} as const satisfies Record<
  Exclude<keyof typeof EXPECT_STATS_FIELDS, 'cpu' | 'gateway' | 'netns' | 'filename'>,
  string
>;

/** Writes one CPU's line, its end included. */
export type StatisticsWriter = (text: Text, view: MessageView) => void;

export function statisticsWriter(table: 'stats' | 'expect_stats'): StatisticsWriter {
  const cpu = readerOf(table, 'cpu');
  const words: Readonly<Record<string, string>> = table === 'stats' ? STATS_WORDS : EXPECT_WORDS;
  const counters: (readonly [string, (view: MessageView) => Value])[] = Object.entries(words).map(([field, word]) => [
    word,
    readerOf(table, field),
  ]);
  return (text, view) => {
    text.ascii(`cpu=${String(cpu(view) ?? 0).padEnd(4)}\t`);
    for (const [word, read] of counters) {
      const value = read(view);
      if (value !== null) text.ascii(`${word}=${value} `);
    }
    writeOrigin(text, view);
    text.byte(0x0a);
  };
}
