import { CtqError } from '../../errors.js';

/** Maximum number of names in the error. */
const NAMED = 5;

/** Network namespaces that could not be read, while others could. */
export class UnreadNamespaces {
  readonly #failures: { readonly name: string; readonly error: CtqError }[] = [];

  /** @throws errors that are not specific to that namespace */
  add(name: string, error: unknown): void {
    if (!(error instanceof CtqError) || error.kind === 'internal') throw error;
    // It was removed after the names were listed.
    if (error.code !== 'no-namespace') this.#failures.push({ name, error });
  }

  /** One error for all of them; undefined if every namespace could be read. */
  error(all: number): CtqError | undefined {
    const failures = this.#failures;
    if (failures.length === 0) return undefined;
    const [{ error }] = failures;
    const names = failures.slice(0, NAMED).map(({ name }) => name);
    const others = failures.length > names.length ? ` and ${failures.length - names.length} more` : '';
    return new CtqError({
      code: 'namespaces-unread',
      kind: error.kind,
      message: `${failures.length} of ${all} network namespaces could not be read (${names.join(', ')}${others}): ${error.message}`,
      hint: error.hint,
      errno: error.errno?.number,
      cause: error,
    });
  }

  get count(): number {
    return this.#failures.length;
  }
}
