import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isStandardInput } from '../../engine/sources/standard-input.js';
import { nearFile, whyUnreadable } from '../../engine/sources/why-unreadable.js';
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js';
import { printable } from '../../lang/diagnostics/printable.js';
import type { Span } from '../../lang/diagnostics/span.js';
import type { Statement } from '../../lang/syntax/statements.js';

/**
 * The files that a script reads after a change: one that is missing is found before the change is made, not after it. A file that an earlier
 * statement writes need not exist yet.
 */
export class NamedFiles {
  readonly #written: Set<string>;
  #hasChange: boolean;

  /** @param before what was read of the texts that run before */
  constructor(before?: NamedFiles) {
    this.#written = new Set(before ? before.#written : []);
    this.#hasChange = before ? before.#hasChange : false;
  }

  /** To be called for each statement, in the order in which they run. */
  missing(statement: Statement): Diagnostic[] {
    const found: Diagnostic[] = [];
    const written: string[] = [];
    let isChange = CHANGES.has(statement.kind);
    const look = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      if ('kind' in node && node.kind === 'file' && this.#hasChange)
        found.push(...this.#missing(node as unknown as FileNode));
      if ('zero' in node && node.zero === true) isChange = true;
      for (const [key, child] of Object.entries(node)) {
        if (key === 'file' && typeof child === 'object' && child !== null && !('kind' in child))
          written.push(child.path);
        else look(child);
      }
    };
    look(statement);
    for (const path of written) this.#written.add(resolve(path));
    this.#hasChange ||= isChange;
    return found;
  }

  #missing({ path, start, end }: FileNode): Diagnostic[] {
    if (isStandardInput(path) || /[*?[]/.test(path) || this.#written.has(resolve(path))) return [];
    try {
      statSync(path);
      return [];
    } catch (cause) {
      const message = `cannot read ${printable(path)}: ${whyUnreadable(cause)}`;
      return [{ code: 'include', severity: 'error', span: { start, end }, message, hint: nearFile(path, cause) }];
    }
  }
}

interface FileNode extends Span {
  readonly path: string;
}

const CHANGES: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'flush']);
