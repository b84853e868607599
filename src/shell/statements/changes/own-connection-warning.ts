import { findOwnConnection } from '../../../engine/change/finding/own-connection.js';
import { ownSshConnections } from '../../../engine/own-ssh.js';
import type { QueryContext } from '../../../engine/query/context.js';
import type { CheckedDelete, CheckedFlush, CheckedUpdate } from '../../../lang/checked/statements.js';

/**
 * The warning about a change that would affect the user's own SSH connection; undefined if it would not.
 * @param text the statement
 */
export async function ownConnectionWarning(
  statement: CheckedDelete | CheckedUpdate | CheckedFlush,
  session: QueryContext,
  env: Readonly<Record<string, string | undefined>>,
  text: string,
): Promise<{ readonly message: string; readonly hint: string } | undefined> {
  const own = await findOwnConnection(statement, session, ownSshConnections(env));
  if (own === undefined) return undefined;
  const what = statement.kind === 'update' ? 'changed' : 'deleted';
  return {
    message: `your own SSH connection is among the flows to be ${what}: ${own.entry}`,
    hint:
      statement.kind === 'flush'
        ? `to keep it: delete from conntrack where ${own.spared}`
        : `to keep it: ${(await sparing(text, own.spared)) ?? `where (…) and ${own.spared}`}`,
  };
}

/** Longer statements, and those of several lines, are not repeated. */
const MAX_CHARACTERS = 300;

/** A statement with a further condition. */
async function sparing(text: string, condition: string): Promise<string | undefined> {
  if (text.length > MAX_CHARACTERS || text.includes('\n')) return undefined;
  const { parse } = await import('../../../lang/syntax/parse.js');
  const [statement] = parse(text).statements;
  if (statement?.kind !== 'delete' && statement?.kind !== 'update') return undefined;
  const { where } = statement;
  if (where === undefined) return undefined;
  const written = text.slice(where.start, where.end);
  return `${text.slice(0, where.start)}(${written}) and ${condition}${text.slice(where.end)}`.trim();
}
