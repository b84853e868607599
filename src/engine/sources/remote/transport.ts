import type { Job } from './job.js';
import { remoteCommand } from './remote-command.js';

/** How another ctq is reached that reads in this one's stead. */
export interface Reach {
  /** What it is called in messages. */
  readonly label: string;
  /** The program of this machine that gets there. */
  readonly program: string;
  /** Its arguments, for a job. */
  args(job: Job): readonly string[];
  /** The package that has the program. */
  readonly package: string;
  /** The exit status of what goes wrong before the command runs, and what to do about it. */
  readonly unreached?: { readonly status: number; readonly hint: string };
  /** What to do where the rights do not suffice. */
  readonly rights: string;
  /** How to change something there. */
  readonly change: string;
}

const SSH_OPTIONS = [
  // No terminal, and no question that nobody could answer.
  ...['-T', '-o', 'BatchMode=yes'],
  // A host that is gone is found out.
  ...['-o', 'ConnectTimeout=15', '-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3'],
  ...['-o', 'LogLevel=ERROR', '-o', 'ForwardX11=no', '-o', 'ForwardAgent=no'],
];

/** Another host, by the system's ssh(1). */
export const bySsh = (host: string): Reach => ({
  label: host,
  program: 'ssh',
  args: job => [...SSH_OPTIONS, '--', host, remoteCommand(job)],
  package: 'openssh-client',
  unreached: { status: 255, hint: `ssh must get there without a question: ssh -o BatchMode=yes ${host} true` },
  rights: "log in as root: in ssh 'root@…'",
  change: `run ctq there: ssh -t ${host} ctq`,
});

/**
 * The network namespace of a process in a user namespace that is the caller's own, as those of rootless containers are: node
 * has several threads, and such a process may not enter a user namespace. nsenter(1) does, and starts ctq in it.
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
