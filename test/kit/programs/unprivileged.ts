/** A program: gives up its privileges, tries all that a source does, and prints the code of each error. */
import { openKernel } from '../../../src/engine/sources/kernel/kernel.js';
import * as m from '../transport-messages.js';

async function main(): Promise<void> {
  process.setgid?.(65534);
  process.setuid?.(65534);
  const source = openKernel();
  const tried = [
    async () => {
      for await (const _ of source.dump(m.message(m.GET, m.DUMP)));
    },
    () => source.exchange(m.getFlow(1)),
    () => source.batch([m.createFlow(1), m.createFlow(2)]),
    () => source.batch([m.createFlow(1)]),
    async () => source.listen([1]),
  ];
  for (const attempt of tried)
    await attempt().then(
      () => console.log('done'),
      (error: { code: string }) => console.log(error.code),
    );
  await source.close();
}

void main();
