import { CTA_STATS_GLOBAL } from '../../engine/ctnetlink/constants.js';
import { readerOf } from '../../engine/ctnetlink/fields/accessors.js';
import { cpuStats, getStats } from '../../engine/ctnetlink/requests/requests.js';
import { MessageView } from '../../engine/ctnetlink/view/view.js';
import type { Source } from '../../engine/sources/source.js';
import { readSettings } from '../../engine/sources/sysctl/sysctl.js';
import { STATS_FIELDS } from '../../lang/schema/fields/statistics.js';
import type { Place } from '../../lang/schema/places.js';
import type { Family } from './metrics.js';

/** Fields of `stats` that are not counters. */
const NOT_COUNTED: ReadonlySet<string> = new Set(['cpu', 'netns', 'gateway']);

/** How full the table is, and the kernel's statistics, summed over the CPUs. @throws CtqError if the kernel cannot be asked */
export async function kernelFamilies(source: Source, place: Place): Promise<readonly Family[]> {
  const view = new MessageView();
  let entries = 0;
  for (const message of await source.exchange(getStats())) {
    view.set(message, 0);
    entries = Math.max(0, view.number(CTA_STATS_GLOBAL.ENTRIES));
  }
  const names = Object.keys(STATS_FIELDS).filter(name => !NOT_COUNTED.has(name));
  const readers = names.map(name => readerOf('stats', name));
  const sums = names.map(() => 0);
  for await (const { bytes } of source.dump(cpuStats())) {
    for (let at = 0; at < bytes.length; ) {
      at = view.set(bytes, at);
      for (const [i, read] of readers.entries()) sums[i] += Number(read(view) ?? 0);
    }
  }
  const most = readSettings(place).find(({ name }) => name === 'nf_conntrack_max')?.value;
  return [
    { name: 'ctq_conntrack_entries', type: 'gauge', help: 'Entries in the table.', samples: [[{}, entries]] },
    {
      name: 'ctq_conntrack_entries_limit',
      type: 'gauge',
      help: 'net.netfilter.nf_conntrack_max.',
      samples: most === undefined || most === null ? [] : [[{}, Number(most)]],
    },
    ...names.map(
      (name, i): Family => ({
        name: `ctq_conntrack_stat_${name}_total`,
        type: 'counter',
        help: `${STATS_FIELDS[name as keyof typeof STATS_FIELDS].doc}.`,
        samples: [[{}, sums[i]]],
      }),
    ),
  ];
}
