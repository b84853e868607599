import type { CheckedPrepare } from '../../lang/checked/statements.js';
import { serverOf, serverText } from '../../lang/schema/history-server.js';
import type { Integer } from '../../lang/values/value.js';
import type { StatementContext } from '../session/session.js';
import { askBefore } from './changes/confirm.js';

/**
 * Makes the tables of a history: shows the statements, and asks on a terminal. With a cluster, and with the setting dry_run, they are written
 * only, for someone to run them.
 */
export async function prepare({ store, flows, hours }: CheckedPrepare, run: StatementContext): Promise<void> {
  const { shell, session } = run;
  const { tableStatements } = await import('../../engine/sources/history/clickhouse/tables.js');
  const server = serverOf(store);
  const statements = tableStatements(server, { flows: seconds(flows), hours: seconds(hours) });
  const text = statements.map(statement => `${statement};\n`).join('\n');
  if (server.cluster !== undefined || shell.setting('dry_run') === true) {
    shell.results.print(text);
    if (server.cluster !== undefined)
      shell.messages.note(
        `these statements make the tables on the cluster ${server.cluster}: run them on one server of it`,
      );
    return;
  }
  const { isPrepared, prepareTables } = await import('../../engine/sources/history/clickhouse/prepare.js');
  if (await isPrepared(server, session.signal)) {
    shell.messages.note(`${serverText(server)} has the tables already: nothing was changed`);
    return;
  }
  await askBefore(run, async terminal => {
    terminal.write(`${text}\n`);
    return `Make these tables in ${serverText(server)}?`;
  });
  await prepareTables(server, statements);
  shell.messages.note(`made the tables in ${serverText(server)}`);
}

/** At least one. @param ns a duration */
const seconds = (ns: Integer): number => Math.max(1, Math.round(Number(ns) / 1e9));
