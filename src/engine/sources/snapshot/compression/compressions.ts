export interface Compression {
  readonly name: string;
  /** How the names of such files end. */
  readonly end: string;
  readonly magic: readonly number[];
  /** The program that decompresses it, if node cannot. */
  readonly program: string;
}

/** By their first bytes. */
const COMPRESSIONS: readonly Compression[] = [
  { name: 'gzip', end: '.gz', magic: [0x1f, 0x8b], program: 'gzip' },
  { name: 'zstd', end: '.zst', magic: [0x28, 0xb5, 0x2f, 0xfd], program: 'zstd' },
  { name: 'xz', end: '.xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], program: 'xz' },
  { name: 'bzip2', end: '.bz2', magic: [0x42, 0x5a, 0x68], program: 'bzip2' },
  { name: 'lz4', end: '.lz4', magic: [0x04, 0x22, 0x4d, 0x18], program: 'lz4' },
];
export const LONGEST_MAGIC = 6;

/** How a file was compressed; undefined if it is not. @param head its first bytes */
export const compressionOf = (head: Uint8Array): Compression | undefined =>
  COMPRESSIONS.find(({ magic }) => magic.every((byte, i) => head[i] === byte));

/** How a file that does not exist would be compressed. */
export const compressionOfName = (path: string): Compression | undefined =>
  COMPRESSIONS.find(({ end }) => path.endsWith(end));
