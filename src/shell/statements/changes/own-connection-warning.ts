import { findOwnConnection } from '../../../engine/change/finding/own-connection.js';
import { ownSshConnections } from '../../../engine/own-ssh.js';
import type { QueryContext } from '../../../engine/query/context.js';
import type { CheckedDelete, CheckedFlush, CheckedUpdate } from '../../../lang/check/checked-statements.js';

/** The warning about a change that would affect the user's own SSH connection; undefined if it would not. */
export async function ownConnectionWarning(
  statement: CheckedDelete | CheckedUpdate | CheckedFlush,
  session: QueryContext,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly message: string; readonly hint: string } | undefined> {
  const own = await findOwnConnection(statement, session, ownSshConnections(env));
  if (own === undefined) return undefined;
  const what = statement.kind === 'update' ? 'changed' : 'deleted';
  return {
    message: `your own SSH connection is among the flows to be ${what}: ${own.entry}`,
    hint:
      statement.kind === 'flush'
        ? `to keep it: delete from conntrack where ${own.spared}`
        : `to keep it: where (…) and ${own.spared}`,
  };
}
