import { hostname } from 'node:os';
import { agentContext } from '../../engine/agent/context.js';
import { JobQueue, type LoggedJob } from '../../engine/agent/job-queue.js';
import { serve } from '../../engine/agent/serve.js';
import { machineEnvironment } from '../../engine/environment.js';
import { CtqError } from '../../engine/errors.js';
import { anyQuerySubject, type Bus, partSubject } from '../../engine/sources/fleet/links/nats/bus.js';
import { connectBus, SUBSCRIBE_AGAIN } from '../../engine/sources/fleet/links/nats/nats-bus.js';
import { machineSurroundings } from '../../engine/surroundings.js';
import { printable } from '../../lang/diagnostics/printable.js';
import { SPOOL_FOLDER } from '../../lang/schema/places.js';
import type { SettingName } from '../../lang/schema/settings.js';
import type { Io } from '../io.js';
import { parseOptions } from '../options/options.js';
import { ShellSession } from '../session/session.js';
import { runStatement } from '../statements/run-statement.js';
import { AGENT_FILE, readAgentFile, SAMPLE } from './agent-file.js';
import { kernelFamilies } from './kernel-metrics.js';
import { AgentCounts, serveMetrics } from './metrics.js';
import { spoolFamilies } from './spool-metrics.js';

/** Pause (ms) before a statement that failed is run again. */
const AGAIN = 30_000;
/** Pause (ms) before the server is tried again. */
const CONNECT_AGAIN = 5000;
/** What to look at where the server refuses a subject. */
const AGREE = "agent_name, the server's file and fleet.conf must agree";

/** Listens for the end of the process. */
interface Signals {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/**
 * `ctq agent [FILE]`: answers the queries of a fleet, runs the statements of its file, and serves metrics, until it is ended.
 * @returns its exit status
 * @throws CtqError if it cannot begin
 */
export async function runAgent([path, ...more]: readonly string[], io: Io & Signals, version: string): Promise<number> {
  if (more.length > 0 || path?.startsWith('-'))
    throw new CtqError({
      code: 'command-line',
      kind: 'statement',
      message: `unexpected '${path?.startsWith('-') ? path : more[0]}'`,
      hint: `write: ctq agent [FILE]; the file is ${AGENT_FILE} if none is named`,
    });
  const name = path ?? AGENT_FILE;
  const file = readAgentFile(name);
  const ended = new AbortController();
  io.on('SIGINT', () => ended.abort());
  io.on('SIGTERM', () => ended.abort());
  const agent = new Agent(io, name, version, ended.signal);
  try {
    return await agent.run(file.settings, file.running);
  } finally {
    ended.abort();
    await agent.close();
  }
}

class Agent {
  readonly #io: Io;
  readonly #path: string;
  readonly #version: string;
  readonly #ended: AbortSignal;
  readonly #environment = { ...machineEnvironment(), ...machineSurroundings() };
  readonly #counts = new AgentCounts();
  readonly #closing: (() => Promise<unknown> | unknown)[] = [];

  constructor(io: Io, path: string, version: string, ended: AbortSignal) {
    this.#io = io;
    this.#path = path;
    this.#version = version;
    this.#ended = ended;
  }

  #session(): ShellSession {
    const shell = new ShellSession(this.#io, parseOptions([]), this.#environment, runStatement);
    shell.eventCounts = this.#counts.events;
    return shell;
  }

  #log(text: string): void {
    this.#io.stderr.write(`${printable(text)}\n`);
  }

  #origin() {
    return { name: this.#path, folder: process.cwd(), including: [] };
  }

  async run(settings: string, running: readonly string[]): Promise<number> {
    const shell = this.#session();
    this.#closing.push(() => shell.close(true));
    const code = await shell.run(settings, this.#origin());
    if (code !== 0) return code;
    await shell.load();
    const text = (setting: SettingName): string | undefined => String(shell.setting(setting)) || undefined;
    const { place } = shell;
    const source = () => shell.sourceOf(place);
    const queue = new JobQueue({
      version: this.#version,
      environment: this.#environment,
      place,
      context: agentContext(this.#environment, place, each => shell.sourceOf(each)),
      log: served => this.#note(served),
      eventCounts: this.#counts.events,
    });
    this.#closing.push(() => queue.close());
    const port = Number(shell.setting('agent_metrics'));
    if (port > 0) {
      const server = await serveMetrics(port, async () => [
        ...this.#counts.families(this.#version, queue.watches),
        ...(await kernelFamilies(source(), place)),
        ...spoolFamilies(this.#io.env.CTQ_SPOOL ?? SPOOL_FOLDER),
      ]);
      this.#closing.push(() => server.close());
      this.#log(`metrics: http://127.0.0.1:${port}/metrics`);
    }
    const works = running.map(statement => this.#keepRunning(statement));
    this.#closing.push(() => Promise.all(works));
    const server = text('agent_server');
    if (server !== undefined) {
      const member = text('agent_name') ?? hostname().replaceAll('.', '-');
      const bus = await this.#connect(
        {
          servers: server.split(/[\s,]+/),
          ca: text('agent_ca'),
          nkey: text('agent_nkey'),
          cert: text('agent_cert'),
          key: text('agent_key'),
        },
        member,
      );
      if (bus === undefined) return 0;
      this.#closing.push(() => bus.close());
      serve(bus, member, queue, this.#hearer(member, server));
    } else if (running.length === 0 && port === 0)
      throw new CtqError({
        code: 'agent-idle',
        kind: 'statement',
        message: `${this.#path} gives the agent nothing to do`,
        hint: `${SAMPLE} connects it to a fleet; over ssh no agent is needed`,
      });
    await new Promise<void>(resolve => {
      if (this.#ended.aborted) resolve();
      else this.#ended.addEventListener('abort', () => resolve(), { once: true });
    });
    return 0;
  }

  async #connect(settings: Parameters<typeof connectBus>[0], member: string): Promise<Bus | undefined> {
    const changed = (isConnected: boolean, server: string): void => {
      this.#counts.isConnected = isConnected;
      if (isConnected) this.#counts.reconnects++;
      this.#log(isConnected ? `connected to ${server} again` : `the connection to ${server} was lost`);
    };
    const hint = `${this.#path} sets agent_server, and for TLS and nkeys agent_ca and agent_nkey`;
    const options = { name: `ctq agent ${member}`, isLasting: true, hint, changed };
    for (let last = ''; ; ) {
      try {
        const bus = await connectBus(settings, options);
        this.#counts.isConnected = true;
        return bus;
      } catch (error) {
        // A file that is missing or wrong is not there in five seconds; the server may be.
        if (!(error instanceof CtqError) || error.code !== 'fleet-server') throw error;
        if (error.message !== last)
          this.#log(`${error.message}; it is tried again every ${CONNECT_AGAIN / 1000} s (${error.hint ?? ''})`);
        last = error.message;
        await this.#pause(CONNECT_AGAIN);
        if (this.#ended.aborted) return undefined;
      }
    }
  }

  /** @returns what logs that the server passes questions on, or refuses to: once, until that changes */
  #hearer(member: string, server: string): (subject: string, isAllowed: boolean) => void {
    const subjects = new Map([anyQuerySubject(member), partSubject(member)].map(each => [each, false]));
    let logged: boolean | undefined;
    return (subject, isAllowed) => {
      subjects.set(subject, isAllowed);
      const isServing = [...subjects.values()].every(Boolean);
      if (logged === isServing || (isAllowed && !isServing)) return;
      logged = isServing;
      const again = `it is tried again every ${SUBSCRIBE_AGAIN / 1000} s`;
      this.#log(
        isServing
          ? `${member}: connected to ${server}`
          : `${member}: the server does not let this key read ${subject}; ${again} (${AGREE})`,
      );
    };
  }

  /** Waits for some ms, or for the end. */
  #pause(ms: number): Promise<void> {
    return new Promise<void>(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        this.#ended.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#ended.addEventListener('abort', done);
    });
  }

  #note(served: LoggedJob): void {
    const { requester, text, read, seconds, begins, lost, error } = served;
    if (begins) {
      this.#log(`watch of ${requester}: ${text} (begins)`);
      return;
    }
    this.#counts.note(served);
    const isWatch = lost !== undefined;
    const count = isWatch ? `${read} events, ${lost} lost` : `${read} entries read`;
    const outcome = error === undefined ? count : `error: ${error}`;
    this.#log(`${isWatch ? 'watch' : 'query'} of ${requester}: ${text} (${outcome}, ${seconds.toFixed(3)} s)`);
  }

  /** Runs a statement until the agent ends. One that fails is run again. */
  async #keepRunning(text: string): Promise<void> {
    while (!this.#ended.aborted) {
      const shell = this.#session();
      const end = (): void => void shell.interrupt();
      this.#ended.addEventListener('abort', end, { once: true });
      const code = await shell.run(text, this.#origin());
      this.#ended.removeEventListener('abort', end);
      await shell.close(code === 0);
      if (this.#ended.aborted) return;
      this.#log(`a statement of ${this.#path} has ended; it is run again in ${AGAIN / 1000} s`);
      await this.#pause(AGAIN);
    }
  }

  async close(): Promise<void> {
    for (const close of this.#closing.reverse()) await close();
  }
}
