/** What a command line is read with: names that files of the system give to numbers. */
export interface Lookups {
  /** The bit of a label (connlabel.conf). */
  labelBit(name: string): number | undefined;
  /** The number of a protocol (/etc/protocols). */
  protocolByName?(name: string): number | undefined;
  /** The labels of another file of connlabel.conf's format; undefined where it cannot be read. */
  labelsOf?(path: string): ReadonlyMap<string, number> | undefined;
}

export interface ReadOptions {
  /** Ports are understood without `-p`, too: for translating, where nothing is carried out. */
  readonly lenient?: boolean;
  /** A line of a file: what conntrack(8) saved of a DCCP flow has neither ports nor state where the kernel has none (Linux 6.17). */
  readonly saved?: boolean;
}
