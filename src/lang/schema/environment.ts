import type { Address } from '../values/value.js';

/** A file of columns (CSV, JSON), or any other. */
export type FileShape =
  | {
      readonly kind: 'columns';
      /** As they are called in statements. */
      readonly columns: readonly string[];
      /** Its rows may be flows: it has columns of a snapshot. */
      readonly mayHoldFlows: boolean;
      /** Lists of objects in the one object of a JSON file, or in its rows, as jq writes their paths. */
      readonly lists?: readonly string[];
    }
  /**
   * `nameless`, `list`: its first line is a row, not the names of its columns, or of its only one. `unseen`: what it holds is known when it
   * is read, if it can be: a pipe, a folder, a file in no known format. `input`: it is standard input.
   */
  | { readonly kind: 'missing' | 'nameless' | 'list' | 'unseen' | 'input' | 'other' };

/** A column of a file of columns. */
export interface CellSource {
  readonly path: string;
  readonly column: string;
}

/** An SSH connection, as sshd sees it. */
export interface OwnConnection {
  /** The client. */
  readonly src: Address;
  readonly sport: number;
  /** The server. */
  readonly dst: Address;
  readonly dport: number;
}

/** The gateways that can be asked together. */
export interface FleetNames {
  readonly groups: readonly string[];
  readonly members: readonly string[];
}

/** What few statements need to know of the machine. */
export interface Surroundings {
  /** What the beginning of a file shows of its shape. */
  fileShape(path: string): FileShape;
  /** The cells of a column at the beginning of a file of columns; undefined if there is no such column. */
  firstCells(path: string, column: string): readonly string[] | undefined;
  /** The SSH connections through which the user is logged in. */
  ownConnections(): readonly OwnConnection[];
  /** The fleet; undefined if its files have a mistake, which a statement reports when it runs. */
  fleet(): FleetNames | undefined;
}

/**
 * What the language reads from the machine: names of numbers in system files, and the time. Passed in, so that the language
 * itself reads no files. Of the surroundings, what is left out is not known.
 */
export interface Environment extends Partial<Surroundings> {
  /** The port of a service name (/etc/services), for that protocol if given. */
  servicePort(name: string, proto?: number): number | undefined;
  /** The name of a service. */
  serviceName(port: number, proto?: number): string | undefined;
  serviceNames(): readonly string[];
  /** The bit of a label name (connlabel.conf). */
  labelBit(name: string): number | undefined;
  labelName(bit: number): string | undefined;
  labelNames(): readonly string[];
  /** The settings net.netfilter.nf_conntrack_* of any kernel. Left out: not known. */
  settingNames?(): readonly string[];
  /** The time, ns since the epoch. */
  now(): bigint;
}
