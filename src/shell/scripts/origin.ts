/** A text that is being run: what it is called, and where relative paths begin. */
export interface Origin {
  /** A file's name; undefined for what was typed. */
  readonly name?: string;
  readonly folder: string;
  /** Files that are being included, outermost first, by device and inode: links do not hide what they are. */
  readonly including: readonly string[];
}
