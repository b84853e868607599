/** The values that completion offers: of a field, of a setting, and typical numbers. */

import type { Field, Table } from '../../schema/catalogue.js';
import type { Environment } from '../../schema/environment.js';
import { enumNames, flagNames, protocolNames } from '../../schema/flags.js';
import { SETTINGS, type Setting, type SettingName } from '../../schema/settings.js';
import type { Candidate } from './candidate.js';

/** The helpers that come with the kernel (net/netfilter/nf_conntrack_*.c, their `.name`). */
const HELPERS = ['ftp', 'tftp', 'sip', 'irc', 'amanda', 'pptp', 'snmp', 'netbios-ns', 'Q.931', 'H.245', 'RAS', 'sane'];

const SIZES = ['1KiB', '10KiB', '1MiB', '10MiB', '100MiB', '1GiB'];
const DURATIONS = ['10s', '1m', '5m', '1h', '1d'];
const TIMES = ['now() - 1m', 'now() - 10m', 'now() - 1h', 'now() - 1d'];
const PERIODS = ['1s', '2s', '5s', '10s', '1m'];
const AGES = ['7d', '30d', '90d', '365d'];
const LIMITS = ['10', '20', '100', '1000'];
const PREFIX_LENGTHS = ['24', '16', '8', '64', '48'];

const typical = (texts: readonly string[], doc?: string): Candidate[] =>
  texts.map(text => ({ text, kind: 'value', ...(doc === undefined ? {} : { doc }) }));

/** The names that a field's values may have, and typical values of fields that have no names. */
export function namedValues(name: string, field: Field, environment: Environment): readonly Candidate[] {
  if (field.vocabulary) return typical(enumNames(field.vocabulary));
  if (field.flags) return typical(flagNames(field.flags));
  switch (field.type) {
    case 'port':
      return typical(environment.serviceNames(), 'service');
    case 'proto':
      return typical(protocolNames(), 'protocol');
    case 'labels':
      return typical(environment.labelNames(), 'label');
    case 'boolean':
      return typical(['true', 'false']);
    case 'duration':
      return typical(DURATIONS);
    case 'time':
      return typical(TIMES);
    case 'integer':
      return isSize(name) ? typical(SIZES) : [];
    case 'text':
      return name === 'helper' ? typical(HELPERS.map(each => `'${each}'`)) : [];
    default:
      return [];
  }
}

/** Fields that count bytes. */
const isSize = (name: string): boolean => /(^|\.)bytes$/.test(name);

/** Whether values that are in the table help: not for amounts, which are all different. */
export const hasCommonValues = ({ name }: { table: Table; name: string }): boolean =>
  !isSize(name) && !/(^|\.)packets$/.test(name);

/** The values of a setting, as `set` takes them. */
export function settingValues(name: string): readonly Candidate[] {
  if (!Object.hasOwn(SETTINGS, name)) return [];
  const setting: Setting = SETTINGS[name as SettingName];
  switch (setting.kind) {
    case 'boolean':
      return typical(['on', 'off']);
    case 'choice':
      return typical(setting.choices ?? []);
    case 'size':
      return typical(['16MiB', '64MiB', '128MiB']);
    case 'duration':
      return typical(DURATIONS);
    case 'text':
      return name === 'pager' ? typical(['auto', 'off', "'less -RS'"]) : typical([`'${String(setting.default)}'`]);
    case 'integer':
      return typical([String(setting.default)]);
  }
}

/** What a clause or an argument of a function takes, if it takes no field; undefined if it may take one. */
export function numbersFor(clause: string | undefined, call: string | undefined): readonly Candidate[] | undefined {
  if (call !== undefined) return call === 'net' ? typical(PREFIX_LENGTHS, 'prefix length') : undefined;
  if (clause === 'limit') return typical(LIMITS, 'rows');
  if (clause === 'offset') return typical(LIMITS, 'rows to skip');
  if (clause === 'keep') return typical(AGES);
  if (clause === 'every' || clause === 'for') return typical(PERIODS);
  return undefined;
}
