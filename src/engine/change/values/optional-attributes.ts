import type { Flow, SeqAdj, Synproxy } from '../../ctnetlink/codec/flow.js';
import { invalidChange } from '../errors.js';
import type { AssignableField, SetValues } from './set-values.js';

/** Numbers that the kernel accepts only together; those that are not set keep their value. */
function setTogether<K extends string>(
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
        throw invalidChange(`${fields[index]} is missing: ${fields.join(', ')} must be set together`);
      return [key, value];
    }),
  ) as Record<K, number>;
}

/** Sequence adjustments and SYNPROXY numbers. What `set` does not name has no key in the result. */
export function optionalAttributes(
  assigned: SetValues,
  before: Partial<Flow>,
): Pick<Flow, 'origSeqadj' | 'replySeqadj' | 'synproxy'> {
  const seqadj = (prefix: string, current: SeqAdj | undefined): SeqAdj | undefined =>
    setTogether(assigned, prefix, ['pos', 'before', 'after'], current);
  const origSeqadj = seqadj('seqadj.orig', before.origSeqadj);
  const replySeqadj = seqadj('seqadj.reply', before.replySeqadj);
  const synproxy: Synproxy | undefined = setTogether(assigned, 'synproxy', ['isn', 'its', 'tsoff'], before.synproxy);
  return {
    ...(origSeqadj ? { origSeqadj } : {}),
    ...(replySeqadj ? { replySeqadj } : {}),
    ...(synproxy ? { synproxy } : {}),
  };
}

/** The name of the helper that `set` names; '' detaches it. Undefined if `set` does not name one. */
export function helperName(assigned: SetValues): string | undefined {
  if (!assigned.has('helper')) return undefined;
  const name = (assigned.text('helper') as string | null) ?? '';
  if (Buffer.byteLength(name) > 15) throw invalidChange(`helper name '${name}' is too long: at most 15 bytes`);
  if (name.includes('\0')) throw invalidChange('a helper name cannot contain NUL');
  return name;
}
