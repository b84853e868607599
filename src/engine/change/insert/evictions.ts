import type { Expectation } from '../../ctnetlink/codec/expectation.js';
import { decodeTuple } from '../../ctnetlink/codec/tuple.js';
import { dumpExpectations, getExpectation } from '../../ctnetlink/requests/requests.js';
import { MessageView } from '../../ctnetlink/view/view.js';
import type { Source } from '../../sources/source.js';
import type { ChangeRun } from '../change-run.js';
import { describeEntry } from '../describe.js';
import { readEach } from '../requests/batch.js';
import { masterKey } from '../requests/expectation-zones.js';

/**
 * Finds what new expectations have displaced. A helper allows so many for each of its flows at once (ftp: 1); for one more the kernel drops
 * the oldest, without a word (nf_ct_expect_related_report).
 */
export class Evictions {
  readonly #source: Source;
  readonly #run: ChangeRun;
  /** The masters of the expectations before the insert, by the expectations. */
  #before: ReadonlyMap<string, string> | undefined;

  constructor(source: Source, run: ChangeRun) {
    this.#source = source;
    this.#run = run;
  }

  /** To be called before the first request is sent. */
  async begin(): Promise<void> {
    this.#before ??= await this.#masters();
  }

  /** Takes those that are no longer there out of the count, and warns of them, and of older ones. */
  async report(created: readonly Expectation[]): Promise<void> {
    if (created.length === 0) return;
    const { session, counts } = this.#run;
    const present = new Set<Expectation>();
    const request = ({ tuple, zone }: Expectation): Uint8Array => getExpectation(tuple, { zone, ack: false });
    await readEach(this.#source, session.signal, created, request, (_message, each) => present.add(each));
    const dropped = created.length - present.size;
    counts.created -= dropped;
    const masters = new Set(created.map(({ family, master }) => (master ? masterKey(family, master) : '')));
    const after = await this.#masters();
    const older = [...(this.#before ?? [])].filter(
      ([entry, master]) => masters.has(master) && !after.has(entry),
    ).length;
    if (dropped > 0) session.warn(`${dropped} of ${created.length} new expectations are no longer there: ${WHY}`, HINT);
    if (older > 0)
      session.warn(
        `${older} older ${older === 1 ? 'expectation is' : 'expectations are'} no longer there: ${WHY}`,
        HINT,
      );
  }

  async #masters(): Promise<ReadonlyMap<string, string>> {
    const masters = new Map<string, string>();
    const view = new MessageView();
    for await (const { bytes } of this.#source.dump(dumpExpectations(), this.#run.session.signal)) {
      for (let at = 0; at < bytes.length; ) {
        at = view.set(bytes, at);
        const master = decodeTuple(view.master, 'master');
        if (master) masters.set(`${describeEntry(view)} ${view.id}`, masterKey(view.family, master));
      }
    }
    return masters;
  }
}

const WHY = 'the helper of a flow allows so many at once, and the kernel drops the oldest for a new one';
const HINT = 'select from expect shows those that are there';
