import type { Job } from './job.js';
import { remoteCommand } from './remote-command.js';

/** How to reach another ctq that reads on behalf of this one. */
export interface Reach {
  /** Its name in messages. */
  readonly label: string;
  /** The local program that connects to it. */
  readonly program: string;
  /** Its arguments, for a job. */
  args(job: Job): readonly string[];
  /** The package that contains the program. */
  readonly package: string;
  /** The exit status of a failure before the command runs, and a hint for it. */
  readonly unreached?: { readonly status: number; readonly hint: string };
  /** A hint for missing privileges. */
  readonly rights: string;
  /** A hint for changes there. */
  readonly change: string;
}

const SSH_OPTIONS = [
  // No terminal, and no prompts.
  ...['-T', '-o', 'BatchMode=yes'],
  // Detects a dead host.
  ...['-o', 'ConnectTimeout=15', '-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3'],
  ...['-o', 'LogLevel=ERROR', '-o', 'ForwardX11=no', '-o', 'ForwardAgent=no'],
];

/** Another host, by the system's ssh(1). */
export const bySsh = (host: string): Reach => ({
  label: host,
  program: 'ssh',
  args: job => [...SSH_OPTIONS, '--', host, remoteCommand(job)],
  package: 'openssh-client',
  unreached: { status: 255, hint: `ssh must connect without a prompt: ssh -o BatchMode=yes ${host} true` },
  rights: "log in as root: in ssh 'root@…'",
  change: `run ctq there: ssh -t ${host} ctq`,
});

/**
 * The network namespace of a process in a user namespace that the caller owns, as with rootless containers: node has several threads,
 * and such a process cannot enter a user namespace. nsenter(1) does, and starts ctq there.
 * @param ctq the command line of this program
 */
export const byNsenter = (pid: number, ctq: readonly string[]): Reach => ({
  label: `process ${pid}`,
  program: 'nsenter',
  args: () => ['--preserve-credentials', '--user', '--net', `--target=${pid}`, '--', ...ctq, 'relay'],
  package: 'util-linux',
  rights: 'its user namespace must be one that you made; else run it with sudo',
  change: `run ctq there: nsenter --preserve-credentials -U -n -t ${pid} ctq`,
});
