import { writeFileSync } from 'node:fs';
import { settingColumns } from '../../../lang/check/query/setting-columns.js';
import type { CheckedUpdate } from '../../../lang/checked/statements.js';
import { compile } from '../../../lang/evaluate/evaluate.js';
import { INTEGER } from '../../../lang/schema/type.js';
import { integer, type Value } from '../../../lang/values/value.js';
import { ERRNO } from '../../errno.js';
import { CtqError, systemError } from '../../errors.js';
import { settingReading } from '../../query/exec/read/setting-rows.js';
import { inPlace, readSettings, type SettingRow } from '../../sources/sysctl/sysctl.js';
import type { ChangeRun } from '../change-run.js';
import { readingOfTarget } from '../finding/matching.js';

const FOLDER = '/proc/sys/net/netfilter';

/** `update sysctl set value = N where name = '…'`. */
export async function updateSettings(statement: CheckedUpdate, run: ChangeRun): Promise<void> {
  const { session, counts, options } = run;
  const { where, set, limit } = statement;
  const place = statement.place ?? session.place;
  const expressions = [where, ...set.map(each => each.value)];
  // For the subqueries; the rows are settings.
  const reading = settingReading(await readingOfTarget({ table: 'conntrack' }, session, expressions));
  const meets = compile(where, reading);
  const value = compile(set[0].value, reading);
  const { sink } = options;
  sink?.begin({ table: 'sysctl', columns: settingColumns().map(({ name, expr: { type } }) => ({ name, type })) });
  let left = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  for (const row of readSettings(place)) {
    counts.read++;
    if (meets(row) !== true || left-- <= 0) continue;
    counts.matched++;
    session.signal?.throwIfAborted();
    try {
      const wanted = wholeNumber(row, value(row));
      const type = INTEGER;
      run.preview(() => ({
        kind: 'setting',
        name: row.name,
        changes: [{ field: 'value', type, before: row.value, op: '=', value: integer(BigInt(wanted)) }],
      }));
      if (!options.dryRun) inPlace(place, () => writeSetting(row.name, wanted));
      counts.updated += options.dryRun ? 0 : 1;
      sink?.row([row.name, options.dryRun ? row.value : integer(BigInt(wanted)), row.doc]);
    } catch (error) {
      if (!(error instanceof CtqError)) throw error;
      run.refuse(() => row.name, error);
      run.checkStop();
    }
  }
  sink?.end();
}

function wholeNumber({ name }: SettingRow, value: Value): string {
  if ((typeof value === 'number' && Number.isInteger(value)) || typeof value === 'bigint') return String(value);
  throw new CtqError({
    code: 'setting-value',
    kind: 'statement',
    message: `invalid value ${value} for ${name}: expected a whole number`,
  });
}

const HINTS: Readonly<Record<string, string>> = {
  EINVAL: 'the kernel does not allow this value',
  EACCES: 'a setting of the whole machine can be set only in the initial network namespace, by root',
  EROFS: '/proc/sys is mounted read-only, as in containers',
};

/** @throws CtqError if the kernel refuses the value */
function writeSetting(name: string, value: string): void {
  try {
    writeFileSync(`${FOLDER}/${name}`, value);
  } catch (error) {
    const { code = 'EIO' } = error as NodeJS.ErrnoException;
    const errno = Object.hasOwn(ERRNO, code) ? ERRNO[code as keyof typeof ERRNO] : ERRNO.EIO;
    const { asData: details } = systemError(errno, `set net.netfilter.${name} to ${value}`, HINTS[code]);
    throw new CtqError({
      ...details,
      kind: code === 'EPERM' || code === 'EACCES' ? 'permission' : 'system',
      cause: error,
    });
  }
}
