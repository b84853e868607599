import type { CheckedQuery } from '../../checked/ast.js';
import { tableOf } from '../../schema/catalogue.js';
import type { Type } from '../../schema/type.js';
import type { TableName, WithStatement } from '../../syntax/ast.js';
import type { From, Queries } from '../scope.js';
import { fromQuery } from './derived.js';

/** The selects that `with` names, while the query after them is checked. */
export class CommonTables {
  /** Undefined for one with errors, which have been reported. */
  #known: ReadonlyMap<string, CheckedQuery | undefined> = new Map();
  #checker: Queries | undefined;

  /** Checks the selects of `with`, each of which may use those before it, and the query after them. */
  within(checker: Queries, { tables, query }: WithStatement, expected?: Type): CheckedQuery | undefined {
    const outer = this.#known;
    this.#checker = checker;
    try {
      let isRight = true;
      for (const { name, query: inner, start, end } of tables) {
        const key = name.text.toLowerCase();
        if (tableOf(key)) checker.diagnostics.error('clause', name, `'${name.text}' is a table`, 'choose another name');
        else if (tables.find(each => each.name.text.toLowerCase() === key)?.name !== name)
          checker.diagnostics.error('clause', name, `duplicate name '${name.text}'`);
        const checked = checker.query(inner);
        const isPlain = checked !== undefined && checker.isPlain(checked, { start, end }, 'a select in with');
        isRight &&= isPlain;
        this.#known = new Map([...this.#known, [key, isPlain ? checked : undefined]]);
      }
      const checked = checker.query(query, expected);
      return isRight ? checked : undefined;
    } finally {
      this.#known = outer;
    }
  }

  /** The rows of the select of a name; null if it has errors, undefined if there is none. */
  find({ name, alias, start, end }: TableName): From | undefined | null {
    const key = name.text.toLowerCase();
    if (!this.#known.has(key)) return undefined;
    const query = this.#known.get(key);
    const found = query && fromQuery(this.#checker!, query, name.text, { start, end });
    return found ? { ...found, name: alias?.text ?? found.name } : null;
  }

  get names(): readonly string[] {
    return [...this.#known.keys()];
  }
}
