import { BPF, type Instruction, isConditional } from './instruction.js';

/** A place in a program that jumps lead to. */
export interface Label {
  /** The index of the instruction, once it is known. */
  at: number;
}

interface Draft {
  readonly code: number;
  readonly k: number;
  /** Where jumps lead: of `JA` only the first. */
  readonly yes?: Label;
  readonly no?: Label;
}

/** Most that a conditional jump skips. */
const FARTHEST = 255;

/** Puts a program together. Labels are placed after the jumps to them: classic BPF only jumps forward. */
export class Assembler {
  readonly #drafts: Draft[] = [];

  get length(): number {
    return this.#drafts.length;
  }

  label(): Label {
    return { at: -1 };
  }

  /** The next instruction is where jumps to the label lead. */
  place(label: Label): void {
    label.at = this.#drafts.length;
  }

  add(code: number, k = 0): void {
    this.#drafts.push({ code, k: k >>> 0 });
  }

  /** @param code a comparison of A with k */
  branch(code: number, k: number, yes: Label, no: Label): void {
    this.#drafts.push({ code, k: k >>> 0, yes, no });
  }

  jump(to: Label): void {
    this.#drafts.push({ code: BPF.JA, k: 0, yes: to });
  }

  /** The program, with an unconditional jump after each conditional one that leads too far for its 8 bits. */
  assemble(): Instruction[] {
    const drafts = this.#drafts;
    const isFarYes = new Uint8Array(drafts.length);
    const isFarNo = new Uint8Array(drafts.length);
    // Positions by draft; each round may only lengthen the program.
    const positions = new Int32Array(drafts.length + 1);
    for (let isChanged = true; isChanged; ) {
      isChanged = false;
      for (let i = 0; i < drafts.length; i++) positions[i + 1] = positions[i] + 1 + isFarYes[i] + isFarNo[i];
      for (let i = 0; i < drafts.length; i++) {
        const { code, yes, no } = drafts[i];
        if (!isConditional(code)) continue;
        const next = positions[i] + 1;
        if (isFarYes[i] === 0 && positions[yes!.at] - next > FARTHEST) {
          isFarYes[i] = 1;
          isChanged = true;
        }
        if (isFarNo[i] === 0 && positions[no!.at] - next > FARTHEST) {
          isFarNo[i] = 1;
          isChanged = true;
        }
      }
    }
    const program: Instruction[] = [];
    const skipped = (to: Label): number => positions[to.at] - program.length - 1;
    drafts.forEach(({ code, k, yes, no }, i) => {
      if (yes === undefined) program.push({ code, jt: 0, jf: 0, k });
      else if (no === undefined) program.push({ code, jt: 0, jf: 0, k: skipped(yes) });
      else {
        const jt = isFarYes[i] ? 0 : skipped(yes);
        const jf = isFarNo[i] ? isFarYes[i] : skipped(no);
        program.push({ code, jt, jf, k });
        if (isFarYes[i]) program.push({ code: BPF.JA, jt: 0, jf: 0, k: skipped(yes) });
        if (isFarNo[i]) program.push({ code: BPF.JA, jt: 0, jf: 0, k: skipped(no) });
      }
    });
    return program;
  }
}
