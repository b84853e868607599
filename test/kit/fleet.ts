/** A fleet in this process: members with tables of their own, and a message server that is a map. */
import { setTimeout as pause } from 'node:timers/promises';
import { agentContext } from '../../src/engine/agent/context.js';
import { JobQueue, type LoggedJob } from '../../src/engine/agent/job-queue.js';
import { serve } from '../../src/engine/agent/serve.js';
import { CTA_STATS_GLOBAL, IPCTNL_MSG_CT_GET_STATS } from '../../src/engine/ctnetlink/constants.js';
import { request } from '../../src/engine/ctnetlink/requests/key.js';
import { CtqError } from '../../src/engine/errors.js';
import type { Header, Missing, Sink } from '../../src/engine/formats/sink.js';
import type { QueryContext, QuerySummary } from '../../src/engine/query/context.js';
import { runQuery } from '../../src/engine/query/exec/select.js';
import { FleetSource } from '../../src/engine/sources/fleet/fleet-source.js';
import { LinkSource } from '../../src/engine/sources/fleet/link-source.js';
import type { Answerer, Bus } from '../../src/engine/sources/fleet/links/nats/bus.js';
import { BusLink, partTurns } from '../../src/engine/sources/fleet/links/nats/bus-link.js';
import type { FleetOptions } from '../../src/engine/sources/fleet/options.js';
import type { Source } from '../../src/engine/sources/source.js';
import { check } from '../../src/lang/check/check.js';
import type { CheckedQuery } from '../../src/lang/checked/ast.js';
import { report } from '../../src/lang/diagnostics/report.js';
import { parse } from '../../src/lang/syntax/parse.js';
import type { Value } from '../../src/lang/values/value.js';
import { sessionOf } from './engine.js';
import { ENVIRONMENT } from './environment.js';
import { memoryQueries } from './named-queries.js';

/** A source of a table that is in memory. */
export function tableSource(messages: readonly Uint8Array[]): Source {
  const refuse = () => Promise.reject(new Error('only dumps'));
  const pieces = Array.from({ length: Math.ceil(messages.length / 100) }, (_, i) =>
    Uint8Array.from(Buffer.concat(messages.slice(i * 100, (i + 1) * 100))),
  );
  return {
    dump: () => ({
      repeats: 0,
      interrupted: false,
      async *[Symbol.asyncIterator]() {
        for (const bytes of pieces) yield { bytes };
      },
    }),
    // The kernel's counter.
    exchange: async () => [
      request({ type: IPCTNL_MSG_CT_GET_STATS, flags: 0, family: 0 }, writer =>
        writer.be32(CTA_STATS_GLOBAL.ENTRIES, messages.length),
      ),
    ],
    batch: refuse,
    listen: () => {
      throw new Error('only dumps');
    },
    close: async () => {},
  };
}

/** What happens to a message on its way: it may be changed, delayed, or lost (undefined). */
export type Fault = (subject: string, bytes: Uint8Array) => Promise<Uint8Array | undefined> | Uint8Array | undefined;

/** A message server in memory. */
export class MemoryBus implements Bus {
  readonly #served = new Map<string, Answerer>();
  /** Applied to requests, and to answers. */
  request_: Fault = (_subject, bytes) => bytes;
  answer_: Fault = (_subject, bytes) => bytes;

  #find(subject: string): Answerer | undefined {
    for (const [pattern, answer] of this.#served)
      if (new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`).test(subject)) return answer;
    return undefined;
  }

  async request(subject: string, bytes: Uint8Array, ms: number): Promise<Uint8Array> {
    const silent = pause(ms).then((): never => {
      throw new CtqError({ code: 'fleet-silent', kind: 'system', message: 'does not answer' });
    });
    const work = async (): Promise<Uint8Array> => {
      const sent = await this.request_(subject, bytes);
      if (sent === undefined) return silent;
      const answer = this.#find(subject);
      if (answer === undefined)
        throw new CtqError({ code: 'fleet-not-connected', kind: 'system', message: 'not connected' });
      const got = await answer(sent, subject, 'UTEST');
      const received = got && (await this.answer_(subject, got));
      return received ?? silent;
    };
    silent.catch(() => {});
    return Promise.race([work(), silent]);
  }

  serve(subject: string, answer: Answerer): void {
    this.#served.set(subject, answer);
  }

  /** The member with this subject goes. */
  forget(member: string): void {
    for (const pattern of [...this.#served.keys()]) if (pattern.endsWith(`.${member}`)) this.#served.delete(pattern);
  }

  publish(subject: string, bytes: Uint8Array): void {
    void this.#find(subject)?.(bytes, subject, 'UTEST');
  }

  async roundTrip(): Promise<number> {
    return 0;
  }

  readonly isClosed = false;

  async close(): Promise<void> {}
}

/** Answers the queries of a table. @param log gets what it was asked */
export const queueOf = (source: Source, log: LoggedJob[] = [], longest?: number): JobQueue =>
  new JobQueue({
    version: 'test',
    environment: ENVIRONMENT,
    place: { kind: 'kernel' },
    context: agentContext(ENVIRONMENT, { kind: 'kernel' }, () => source),
    log: served => log.push(served),
    ...(longest === undefined ? {} : { longest }),
  });

/** Lets a member answer on a bus. @param log gets what it was asked */
export function agentOn(bus: Bus, name: string, source: Source, log: LoggedJob[] = [], longest?: number): JobQueue {
  const queue = queueOf(source, log, longest);
  serve(bus, name, queue);
  return queue;
}

/** The members of a bus as a source. */
export function fleetOf(bus: Bus, names: readonly string[], options: Partial<FleetOptions> = {}): FleetSource {
  const turns = partTurns();
  const members = names.map(name => {
    const link = new BusLink(bus, name, turns);
    return { name, link, source: new LinkSource(link, () => 10_000) };
  });
  const all = { missing: 'report', deadline: 10_000, ...options } as const;
  return new FleetSource(
    members,
    () => all,
    () => bus.close(),
  );
}

export interface FleetResult {
  readonly rows: readonly (readonly Value[])[];
  /** Whole entries: their gateway, and their message. */
  readonly entries: readonly (readonly [string | null, Uint8Array])[];
  readonly header: Header;
  readonly missing: readonly Missing[];
  readonly warnings: readonly string[];
  readonly summary: QuerySummary;
}

/** Runs a query; `in fleet` is the source. @throws CtqError */
export async function ask(text: string, source: Source, options: Partial<QueryContext> = {}): Promise<FleetResult> {
  const { statements, diagnostics } = parse(text);
  const variables = new Map([...(options.variables ?? [])].map(([name, binding]) => [name, { ...binding, binding }]));
  const queries = memoryQueries();
  const checked = statements.map(each => check(each, ENVIRONMENT, variables, { kind: 'kernel' }, queries));
  const { value, diagnostics: found } = checked.at(-1)!;
  if (!value) throw new Error(report(text, [...diagnostics, ...found]));
  const rows: (readonly Value[])[] = [];
  const entries: [string | null, Uint8Array][] = [];
  const missing: Missing[] = [];
  const warnings: string[] = [];
  let header: Header = { table: 'conntrack' };
  const sink: Sink = {
    begin(begun) {
      header = begun;
    },
    row: values => void rows.push([...values]),
    entry: view => void entries.push([view.gateway, view.copy()]),
    missing: member => void missing.push(member),
    end() {},
  };
  const session = { ...sessionOf(source, {}, warnings), incomplete: () => {}, ...options };
  const summary = await runQuery(value as CheckedQuery, sink, session);
  return { rows, entries, header, missing, warnings, summary };
}
