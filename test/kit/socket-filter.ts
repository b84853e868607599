/** Runs classic BPF programs as the kernel does: net/core/filter.c. */
import {
  BPF,
  FIND_ATTRIBUTE,
  FIND_NESTED,
  type Instruction,
} from '../../src/engine/netlink/socket-filter/instruction.js';

/** The attribute of a type between two offsets, or 0: nla_find(). */
function find(bytes: Uint8Array, from: number, end: number, type: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = from; at + 4 <= end; ) {
    const length = view.getUint16(at, true);
    if (length < 4 || at + length > end) return 0;
    if ((view.getUint16(at + 2, true) & 0x3fff) === type) return at;
    at += (length + 3) & ~3;
  }
  return 0;
}

/** Bytes of a message that a program keeps; 0: it is discarded. @throws Error for a program that the kernel refuses */
export function runProgram(program: readonly Instruction[], bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const memory: (number | undefined)[] = new Array(16).fill(undefined);
  let a = 0;
  let x = 0;
  for (let pc = 0; pc < program.length; pc++) {
    const { code, jt, jf, k } = program[pc];
    const size = {
      [BPF.LDW_ABS]: 4,
      [BPF.LDH_ABS]: 2,
      [BPF.LDB_ABS]: 1,
      [BPF.LDW_IND]: 4,
      [BPF.LDH_IND]: 2,
      [BPF.LDB_IND]: 1,
    }[code];
    if (code === BPF.LDW_ABS && k === FIND_ATTRIBUTE) {
      a = a > bytes.length - 4 ? 0 : find(bytes, a, bytes.length, x);
    } else if (code === BPF.LDW_ABS && k === FIND_NESTED) {
      const length = a > bytes.length - 4 ? 0 : view.getUint16(a, true);
      a = length < 4 || length > bytes.length - a ? 0 : find(bytes, a + 4, a + length, x);
    } else if (size !== undefined) {
      const isIndirect = code === BPF.LDW_IND || code === BPF.LDH_IND || code === BPF.LDB_IND;
      const at = k + (isIndirect ? x : 0);
      if (at + size > bytes.length) return 0;
      a = size === 4 ? view.getUint32(at) : size === 2 ? view.getUint16(at) : view.getUint8(at);
    } else {
      switch (code) {
        case BPF.LD_IMM:
          a = k;
          break;
        case BPF.LD_MEM: {
          const word = memory[k];
          if (word === undefined) throw new Error(`instruction ${pc} reads memory that was not written`);
          a = word;
          break;
        }
        case BPF.LDX_IMM:
          x = k;
          break;
        case BPF.ST:
          memory[k] = a;
          break;
        case BPF.AND_K:
          a = (a & k) >>> 0;
          break;
        case BPF.TAX:
          x = a;
          break;
        case BPF.JA:
          pc += k;
          break;
        case BPF.JEQ_K:
          pc += a === k ? jt : jf;
          break;
        case BPF.JGT_K:
          pc += a > k ? jt : jf;
          break;
        case BPF.JGE_K:
          pc += a >= k ? jt : jf;
          break;
        case BPF.JSET_K:
          pc += (a & k) !== 0 ? jt : jf;
          break;
        case BPF.RET_K:
          return k;
        default:
          throw new Error(`instruction ${pc} has the unknown code ${code}`);
      }
    }
  }
  throw new Error('the program has no end');
}
