import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import { TABLE_NAMES, TABLES, type Table, tableOf } from '../../schema/catalogue.js';
import type { SourceRef, TableRef } from '../../syntax/ast.js';
import type { Origin, Place } from '../checked-ast.js';
import type { ClauseChecker } from '../scope.js';
import { constantOf } from './constants.js';

/** The table that a query reads. Names in a query of a file are those of flows. */
export function checkOrigin(
  ref: TableRef,
  diagnostics: Diagnostics,
): { origin: Origin; table: Table; name: string } | undefined {
  if (ref.kind === 'file') {
    const name = ref.alias?.text ?? `'${ref.path}'`;
    return { origin: { kind: 'file', path: ref.path, table: 'conntrack' }, table: TABLES.conntrack, name };
  }
  const table = tableOf(ref.name.text);
  if (!table) {
    diagnostics.error(
      'name.table',
      ref.name,
      `unknown table '${ref.name.text}'`,
      didYouMean(ref.name.text, TABLE_NAMES) ??
        `tables are ${TABLE_NAMES.join(', ')}; a file is quoted: from 'dump.save'`,
    );
    return undefined;
  }
  return { origin: { kind: 'table', table: table.name }, table, name: ref.alias?.text ?? table.name };
}

/** The place of a statement that requires a single namespace. */
export function checkOnePlace(ref: SourceRef | undefined, what: string, checker: ClauseChecker): Place | undefined {
  const place = checkPlace(ref, checker);
  if (ref && place?.kind === 'every_netns')
    checker.diagnostics.error(
      'clause',
      ref,
      `${what} requires one network namespace, not all of them`,
      'name it: in netns blue; only select and watch accept netns *',
    );
  return place;
}

export function checkPlace(ref: SourceRef | undefined, checker: ClauseChecker): Place | undefined {
  if (!ref) return undefined;
  const { diagnostics } = checker;
  switch (ref.kind) {
    case 'netns':
      return ref.name === '*' ? { kind: 'every_netns' } : { kind: 'netns', name: ref.name.text };
    case 'pid': {
      // The value of a variable is known once its statement has run; it is checked again then.
      const variable = ref.pid.kind === 'variable' ? checker.context.variables.get(ref.pid.name) : undefined;
      if (variable && !variable.binding) return undefined;
      const before = diagnostics.list.length;
      const pid = constantOf(ref.pid, checker)?.value;
      if (diagnostics.list.length > before) return undefined;
      if (typeof pid === 'number' && Number.isInteger(pid) && pid > 0 && pid <= 0x7fffffff) return { kind: 'pid', pid };
      diagnostics.error('range', ref.pid, 'expected a process ID', 'write: in pid 4711');
      return undefined;
    }
    case 'ssh':
      if (/^[^-\s][^\s]*$/.test(ref.host)) return { kind: 'ssh', host: ref.host };
      diagnostics.error('name.value', ref, `invalid host name '${ref.host}'`, "write: in ssh 'user@gw1'");
      return undefined;
    case 'file':
      return { kind: 'file', path: ref.path };
    case 'kernel':
      return { kind: 'kernel' };
  }
}
