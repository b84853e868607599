import type { Flow, SeqAdj, Synproxy } from '../../ctnetlink/flow.js';
import { invalidChange } from './invalid-change.js';
import type { AssignableField, SetValues } from './set-values.js';

/** Numbers that the kernel takes only all together; those that are not set stay as they were. */
function together<K extends string>(
  assigned: SetValues,
  prefix: string,
  keys: readonly K[],
  before: Readonly<Record<K, number>> | undefined,
): Record<K, number> | undefined {
  const fields = keys.map(key => `${prefix}.${key}` as AssignableField);
  if (!assigned.has(...fields)) return undefined;
  return Object.fromEntries(
    keys.map((key, index) => {
      const value = assigned.number(fields[index]) ?? before?.[key];
      if (value === undefined)
        throw invalidChange(`${fields[index]} is missing: ${fields.join(', ')} are set together`);
      return [key, value];
    }),
  ) as Record<K, number>;
}

/** Sequence adjustments and SYNPROXY's numbers, as far as `set` says something of them. */
export function optionalAttributes(
  assigned: SetValues,
  before: Partial<Flow>,
): Pick<Flow, 'origSeqadj' | 'replySeqadj' | 'synproxy'> {
  const seqadj = (prefix: string, had: SeqAdj | undefined): SeqAdj | undefined =>
    together(assigned, prefix, ['pos', 'before', 'after'], had);
  const origSeqadj = seqadj('seqadj.orig', before.origSeqadj);
  const replySeqadj = seqadj('seqadj.reply', before.replySeqadj);
  const synproxy: Synproxy | undefined = together(assigned, 'synproxy', ['isn', 'its', 'tsoff'], before.synproxy);
  return {
    ...(origSeqadj ? { origSeqadj } : {}),
    ...(replySeqadj ? { replySeqadj } : {}),
    ...(synproxy ? { synproxy } : {}),
  };
}

/** The name of a helper as the kernel takes it; '' detaches. */
export function helperName(assigned: SetValues): string | undefined {
  if (!assigned.has('helper')) return undefined;
  const name = (assigned.text('helper') as string | null) ?? '';
  if (Buffer.byteLength(name) > 15)
    throw invalidChange(`helper '${name}' is too long: names have 15 bytes at the most`);
  if (name.includes('\0')) throw invalidChange('the name of a helper has no NUL');
  return name;
}
