import { createServer, type Server } from 'node:http';
import type { LoggedJob } from '../../engine/agent/job-queue.js';
import { CtqError } from '../../engine/errors.js';
import type { EventCounts } from '../../engine/query/context.js';

/** A sample of a family: its labels, and its value. */
type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Numbers with one name. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** What the agent counts of itself. */
export class AgentCounts {
  #queries = 0;
  #failed = 0;
  #seconds = 0;
  #read = 0;
  readonly events: EventCounts = { received: 0, lost: 0 };
  isConnected = false;
  reconnects = 0;

  note({ read, seconds, lost, error }: LoggedJob): void {
    this.#queries++;
    if (error !== undefined) this.#failed++;
    // The events of a watch are counted as they arrive.
    if (lost !== undefined) return;
    this.#seconds += seconds;
    this.#read += read;
  }

  /** @param watches those of requesters that run */
  families(version: string, watches: number): readonly Family[] {
    const one = (name: string, type: Family['type'], help: string, value: number): Family => ({
      name,
      type,
      help,
      samples: [[{}, value]],
    });
    return [
      { name: 'ctq_agent_info', type: 'gauge', help: 'The version of ctq.', samples: [[{ version }, 1]] },
      one('ctq_agent_connected', 'gauge', 'Whether the NATS server is connected.', Number(this.isConnected)),
      one(
        'ctq_agent_reconnects_total',
        'counter',
        'Connections to the NATS server that were made again.',
        this.reconnects,
      ),
      one('ctq_queries_total', 'counter', 'Queries that were answered or refused.', this.#queries),
      one('ctq_query_errors_total', 'counter', 'Queries that failed or were refused.', this.#failed),
      one('ctq_query_seconds_total', 'counter', 'Time that queries took.', this.#seconds),
      one('ctq_query_entries_total', 'counter', 'Entries that queries read.', this.#read),
      one('ctq_watches', 'gauge', 'Watches of the fleet that run.', watches),
      one('ctq_events_total', 'counter', 'Events that watches received.', this.events.received),
      one('ctq_events_lost_total', 'counter', 'Events that the kernel dropped.', this.events.lost),
    ];
  }
}

/** The text format of Prometheus, version 0.0.4. */
export function metricsText(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, type, help, samples }) => {
      const lines = samples.map(([labels, value]) => `${name}${labelText(labels)} ${value}\n`);
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const texts = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
  );
  return texts.length === 0 ? '' : `{${texts.join(',')}}`;
}

/** Serves /metrics on 127.0.0.1. @param port 0: any @throws CtqError if the port is taken */
export async function serveMetrics(port: number, read: () => Promise<readonly Family[]>): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('the metrics are at /metrics\n');
      return;
    }
    read().then(
      families =>
        response
          .writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
          .end(metricsText(families)),
      (error: unknown) =>
        response.writeHead(500, { 'content-type': 'text/plain' }).end(`${(error as Error).message}\n`),
    );
  });
  // Who connects and says nothing does not stay.
  server.headersTimeout = 5000;
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new CtqError({
          code: 'metrics',
          kind: 'system',
          message: `cannot serve metrics on 127.0.0.1:${port} (${cause.code})`,
          hint: 'set agent_metrics = PORT in the agent file; 0 serves none',
          cause,
        }),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
