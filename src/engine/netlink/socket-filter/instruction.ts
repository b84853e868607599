/** Classic BPF, as SO_ATTACH_FILTER takes it: include/uapi/linux/bpf_common.h and filter.h. */

/** One instruction: `struct sock_filter`. Jumps count the instructions that they skip. */
export interface Instruction {
  readonly code: number;
  /** Skipped if the comparison is true, if it is false; at most 255. */
  readonly jt: number;
  readonly jf: number;
  /** A constant: an operand, an offset, or the instructions that `JA` skips. */
  readonly k: number;
}

/** The instructions that event filters consist of: BPF_CLASS | BPF_SIZE | BPF_MODE, or BPF_CLASS | BPF_OP | BPF_SRC. */
export const BPF = {
  /** A = k */
  LD_IMM: 0x00,
  /** A = the word, half-word or byte at offset k, in network order */
  LDW_ABS: 0x20,
  LDH_ABS: 0x28,
  LDB_ABS: 0x30,
  /** … at offset X + k */
  LDW_IND: 0x40,
  LDH_IND: 0x48,
  LDB_IND: 0x50,
  /** A = M[k] */
  LD_MEM: 0x60,
  /** X = k */
  LDX_IMM: 0x01,
  /** M[k] = A */
  ST: 0x02,
  /** A &= k */
  AND_K: 0x54,
  /** Skips k instructions. */
  JA: 0x05,
  JEQ_K: 0x15,
  JGT_K: 0x25,
  JGE_K: 0x35,
  /** A & k is not 0 */
  JSET_K: 0x45,
  /** Ends with k: 0 discards the message, a size keeps as many bytes of it. */
  RET_K: 0x06,
  /** X = A */
  TAX: 0x07,
} as const;

/**
 * Offsets that mean operations: A = the offset of the attribute of type X, searched from offset A on, or in the nest at offset A; 0 if there
 * is none (SKF_AD_OFF + SKF_AD_NLATTR, SKF_AD_NLATTR_NEST).
 */
export const FIND_ATTRIBUTE = 0xfffff00c;
export const FIND_NESTED = 0xfffff010;

/** BPF_MAXINSNS */
export const MAX_INSTRUCTIONS = 4096;
/** BPF_MEMWORDS */
export const MEMORY_WORDS = 16;
/** Bytes of an instruction. */
export const INSTRUCTION_BYTES = 8;

export const isConditional = (code: number): boolean =>
  code === BPF.JEQ_K || code === BPF.JGT_K || code === BPF.JGE_K || code === BPF.JSET_K;

/** A program as the kernel reads it, in host order. */
export function encodeProgram(program: readonly Instruction[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(program.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  program.forEach(({ code, jt, jf, k }, i) => {
    const at = i * INSTRUCTION_BYTES;
    view.setUint16(at, code, true);
    bytes[at + 2] = jt;
    bytes[at + 3] = jf;
    view.setUint32(at + 4, k, true);
  });
  return bytes;
}

/** The instructions of an encoded program, which are not checked. */
export function decodeProgram(bytes: Uint8Array): Instruction[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: Math.floor(bytes.length / INSTRUCTION_BYTES) }, (_, i) => {
    const at = i * INSTRUCTION_BYTES;
    return { code: view.getUint16(at, true), jt: bytes[at + 2], jf: bytes[at + 3], k: view.getUint32(at + 4, true) };
  });
}
