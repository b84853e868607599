import { readdirSync, readFileSync } from 'node:fs';
import type { Place } from '../../../lang/checked/ast.js';
import { namespaceName, namespaceOf, refusalOf } from '../../../lang/schema/places.js';
import type { Integer } from '../../../lang/values/value.js';
import { CtqError } from '../../errors.js';
import { NetworkNamespace } from '../kernel/namespace.js';
import { SETTING_DOCS } from './sysctl-docs.js';

const FOLDER = '/proc/sys/net/netfilter';

/** One setting net.netfilter.nf_conntrack_*. Values that are not numbers are null. */
export interface SettingRow {
  readonly name: string;
  readonly value: Integer | null;
  readonly doc: string | null;
  /** The network namespace, where it has a name. */
  readonly netns: string | null;
  /** The gateway that has the setting, where those of several are read. */
  readonly gateway?: string;
}

/** Runs a function where the settings of a place can be read: they belong to the network namespace of the thread. */
export function inPlace<T>(place: Place, work: () => T): T {
  const ref = namespaceOf(place);
  if (ref === undefined) {
    // The checker has refused such statements: the settings of this namespace are never meant by them.
    const refusal = refusalOf('sysctl', 'select', place) ?? { message: 'settings belong to one network namespace' };
    throw new CtqError({ code: 'place', kind: 'statement', ...refusal });
  }
  if (ref === 'own') return work();
  const namespace = NetworkNamespace.open(ref);
  try {
    return namespace.run(work);
  } finally {
    namespace.close();
  }
}

/**
 * All settings, by name.
 * @throws CtqError if there are none
 */
export function readSettings(place: Place): SettingRow[] {
  return inPlace(place, () => {
    let names: string[];
    try {
      names = readdirSync(FOLDER).filter(name => name.startsWith('nf_conntrack_'));
    } catch (cause) {
      throw new CtqError({
        code: 'no-settings',
        kind: 'system',
        message: `cannot read ${FOLDER}`,
        hint: 'connection tracking is not loaded here: modprobe nf_conntrack',
        cause,
      });
    }
    const netns = namespaceName(place);
    return names.sort().map(name => ({ name, value: numberOf(name), doc: SETTING_DOCS[name] ?? null, netns }));
  });
}

/** The value of one setting; undefined if it cannot be read. */
export function readSetting(name: string, place: Place): Integer | undefined {
  try {
    return inPlace(place, () => numberOf(name)) ?? undefined;
  } catch {
    return undefined;
  }
}

function numberOf(name: string): Integer | null {
  try {
    const text = readFileSync(`${FOLDER}/${name}`, 'latin1').trim();
    return /^-?\d{1,15}$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}
