import {
  BPF,
  decodeProgram,
  FIND_ATTRIBUTE,
  FIND_NESTED,
  INSTRUCTION_BYTES,
  type Instruction,
  isConditional,
  MAX_INSTRUCTIONS,
  MEMORY_WORDS,
} from './instruction.js';

const CODES: ReadonlySet<number> = new Set<number>(Object.values(BPF));
/** Larger than any netlink message. */
const MAX_OFFSET = 1 << 20;

/**
 * Whether bytes from elsewhere are a filter program: only the instructions that event filters use, jumps within the program, and a return at
 * its end. The kernel checks each program that is attached as well.
 */
export function isFilterProgram(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.length % INSTRUCTION_BYTES !== 0) return false;
  if (bytes.length > MAX_INSTRUCTIONS * INSTRUCTION_BYTES) return false;
  const program = decodeProgram(bytes);
  return (
    program.at(-1)?.code === BPF.RET_K && program.every((each, at) => isInstruction(each, program.length - at - 1))
  );
}

/** @param after the instructions after this one */
function isInstruction({ code, jt, jf, k }: Instruction, after: number): boolean {
  if (!CODES.has(code)) return false;
  if (isConditional(code)) return jt < after && jf < after;
  switch (code) {
    case BPF.JA:
      return k < after;
    case BPF.LD_MEM:
    case BPF.ST:
      return k < MEMORY_WORDS;
    case BPF.LDW_ABS:
      return k <= MAX_OFFSET || k === FIND_ATTRIBUTE || k === FIND_NESTED;
    case BPF.LDH_ABS:
    case BPF.LDB_ABS:
    case BPF.LDW_IND:
    case BPF.LDH_IND:
    case BPF.LDB_IND:
      return k <= MAX_OFFSET;
    default:
      return true;
  }
}
