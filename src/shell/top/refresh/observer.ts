/** What is noted of every flow that a refresh sees: rates, and sums for the lines above the table. */

import type { MessageView } from '../../../engine/ctnetlink/view/view.js';
import { STATUS_FLAGS } from '../../../lang/schema/constants.js';
import type { Integer } from '../../../lang/values/value.js';
import { RateTable } from './rate-table.js';

const ESTABLISHED = 3;

/** Sums over the flows that meet the condition. */
export class Totals {
  flows = 0;
  /** Of them: began since the previous refresh. */
  started = 0;
  /** Of the previous refresh: have ended, or no longer meet the condition. */
  ended = 0;
  established = 0;
  /** No packet was seen in the reply direction. */
  unreplied = 0;
  /** Per second; null if no flow has counters. */
  packets: number | null = null;
  bytes: number | null = null;
  /** Seconds since the previous refresh; 0: `started`, `ended`, `packets` and `bytes` are unknown. */
  seconds = 0;
  /** Flows of each protocol, by its number. */
  readonly protocols = new Uint32Array(256);
  /** A flow has counters. */
  hasCounters = false;
}

export class Observer {
  readonly rates = new RateTable();
  totals = new Totals();
  #previous: number | undefined;
  /** Of the last refresh that measured rates. */
  #ended = 0;

  /** @param isWhole no condition leaves out flows */
  begin(time: Integer, isWhole: boolean): void {
    this.rates.begin(performance.now() / 1000, time, isWhole);
    this.totals = new Totals();
    this.totals.seconds = this.rates.seconds;
  }

  see(view: MessageView): void {
    const { rates, totals } = this;
    rates.update(view);
    totals.flows++;
    totals.protocols[view.orig.proto & 0xff]++;
    if (view.tcpState === ESTABLISHED) totals.established++;
    if ((view.status & STATUS_FLAGS.SEEN_REPLY) === 0) totals.unreplied++;
    if (rates.isNew) totals.started++;
    if (!totals.hasCounters && view.origBytes >= 0) totals.hasCounters = true;
    if (rates.bytes !== null) totals.bytes = (totals.bytes ?? 0) + rates.bytes;
    if (rates.packets !== null) totals.packets = (totals.packets ?? 0) + rates.packets;
  }

  /** The refresh has seen everything. */
  complete(): void {
    const { totals } = this;
    if (this.rates.isGlance) {
      totals.ended = this.#ended;
      return;
    }
    if (this.#previous !== undefined) totals.ended = Math.max(0, this.#previous + totals.started - totals.flows);
    this.#previous = totals.flows;
    this.#ended = totals.ended;
    this.rates.complete();
  }

  /** The next refresh is about other flows. */
  clear(): void {
    this.#previous = undefined;
    this.rates.clear();
  }
}
