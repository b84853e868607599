import type { Column } from '../../checked/ast.js';
import { TABLES } from '../../schema/catalogue.js';
import type { Spanned } from '../../schema/places.js';

/** The columns of `select from sysctl`. @param spans of several network namespaces or gateways */
export function settingColumns(spans?: Spanned): Column[] {
  return Object.entries(TABLES.sysctl.fields)
    .filter(([name]) => (name !== 'netns' && name !== 'gateway') || name === spans)
    .map(([name, field]) => ({
      name,
      expr: { kind: 'field', name, type: { name: field.type } },
    }));
}
