import { runDelete } from '../../engine/mutate/delete.js';
import { runFlush } from '../../engine/mutate/flush.js';
import { runGet } from '../../engine/mutate/get.js';
import { runZero } from '../../engine/mutate/zero.js';
import type {
  CheckedDelete,
  CheckedFlush,
  CheckedGet,
  CheckedInsert,
  CheckedSelect,
  CheckedUpdate,
} from '../../lang/typed.js';
import type { Run } from '../shell.js';
import { withSink } from './results.js';

type Change = CheckedGet | CheckedInsert | CheckedUpdate | CheckedDelete | CheckedFlush;

export async function change(statement: Change, run: Run): Promise<void> {
  const { session } = run;
  switch (statement.kind) {
    case 'get':
      return withSink(statement.output, run, statement.columns === undefined, sink => runGet(statement, sink, session));
    case 'delete':
      run.shell.note(`${(await runDelete(statement, session)).deleted} deleted`);
      return;
    case 'flush':
      run.shell.note(`${(await runFlush(statement, session)).deleted} deleted`);
      return;
  }
}

export async function zero(statement: CheckedSelect, run: Run): Promise<void> {
  await withSink(statement.output, run, statement.columns === undefined, sink => runZero(statement, sink, run.session));
}
