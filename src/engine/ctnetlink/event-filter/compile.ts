/**
 * Makes a classic BPF program of a condition. The kernel runs it for each event before it queues the event: what the program refuses
 * costs the listener nothing.
 *
 * A program only refuses events for which the condition is not true. Where it cannot be complete, it accepts more; every event that
 * arrives is checked against the whole condition.
 */

import { NFGEN_END } from '../../netlink/constants.js';
import { Assembler, type Label } from '../../netlink/socket-filter/assembler.js';
import {
  BPF,
  FIND_ATTRIBUTE,
  FIND_NESTED,
  type Instruction,
  MAX_INSTRUCTIONS,
  MEMORY_WORDS,
} from '../../netlink/socket-filter/instruction.js';
import { CTA, CTA_EXPECT, CTA_TUPLE, NFNL_SUBSYS_CTNETLINK, NFNL_SUBSYS_CTNETLINK_EXP } from '../constants.js';
import type { Chain, EventCondition, Outcome, Place, Step } from './condition.js';
import { narrowed, widened } from './ranges.js';
import { searchWords } from './search.js';

/** Which values of a condition a part of the program accepts. */
type Mode = 'true' | 'false' | 'not true' | 'not false';

const OPPOSITE = {
  true: 'false',
  false: 'true',
  'not true': 'not false',
  'not false': 'not true',
} as const satisfies Record<Mode, Mode>;

function accepts(mode: Mode, value: boolean | null): boolean {
  switch (mode) {
    case 'true':
      return value === true;
    case 'false':
      return value === false;
    case 'not true':
      return value !== true;
    case 'not false':
      return value !== false;
  }
}

/** The nests that every message has: their offsets are looked up once. */
const TUPLES = {
  conntrack: [CTA.TUPLE_ORIG, CTA.TUPLE_REPLY],
  expect: [CTA_EXPECT.TUPLE, CTA_EXPECT.MASK, CTA_EXPECT.MASTER],
} as const;

/** An attribute's payload follows its header. */
const PAYLOAD = 4;
/** Offset of the subsystem: the high byte of nlmsg_type. */
const SUBSYSTEM_AT = 5;
const KEEP_ALL = 0xffffffff;

export interface EventFilter {
  readonly program: readonly Instruction[];
  /** The program accepts more than the condition says, because a complete one would be too long. */
  readonly isCut: boolean;
}

/** Limits of a program, each smaller than the last: ranges in a list, and operands of an `and`, an `or`. */
const LIMITS: readonly { readonly ranges: number; readonly operands: number }[] = [
  { ranges: Number.POSITIVE_INFINITY, operands: Number.POSITIVE_INFINITY },
  ...[1024, 256, 64, 16, 4, 1].map(ranges => ({ ranges, operands: Number.POSITIVE_INFINITY })),
  ...[256, 64, 16, 4, 1].map(operands => ({ ranges: 1, operands })),
];

/**
 * @param most instructions; the kernel takes 4096, fewer where net.core.optmem_max is small
 * @returns undefined if every event can meet the condition
 */
export function compileEventFilter(
  table: 'conntrack' | 'expect',
  condition: EventCondition,
  most = MAX_INSTRUCTIONS,
): EventFilter | undefined {
  for (const [round, limits] of LIMITS.entries()) {
    const program = new Compiler(table, limits).program(condition);
    if (program === undefined) return undefined;
    if (program.length <= most) return { program, isCut: round > 0 };
  }
  return undefined;
}

class Compiler {
  readonly #table: 'conntrack' | 'expect';
  readonly #limits: (typeof LIMITS)[number];
  readonly #code = new Assembler();
  readonly #accept = this.#code.label();
  /** Words of memory with the offsets of nests, by their paths. */
  readonly #slots = new Map<string, number>();
  /** The nests whose offsets are known where the next instruction is. */
  #known: ReadonlySet<string> = new Set();

  constructor(table: 'conntrack' | 'expect', limits: (typeof LIMITS)[number]) {
    this.#table = table;
    this.#limits = limits;
  }

  program(condition: EventCondition): Instruction[] | undefined {
    const simple = this.#simplified(condition, 'true');
    if (simple === true) return undefined;
    const code = this.#code;
    const refuse = code.label();
    // Answers to requests, and events of another table that were queued before.
    this.#load({ bytes: 1, at: SUBSYSTEM_AT }, 0);
    const isOurs = code.label();
    const subsystem = this.#table === 'conntrack' ? NFNL_SUBSYS_CTNETLINK : NFNL_SUBSYS_CTNETLINK_EXP;
    code.branch(BPF.JEQ_K, subsystem, isOurs, this.#accept);
    code.place(isOurs);
    if (simple === false) code.jump(refuse);
    else this.#emit(simple, 'true', this.#accept, refuse);
    code.place(this.#accept);
    code.add(BPF.RET_K, KEEP_ALL);
    code.place(refuse);
    code.add(BPF.RET_K, 0);
    return code.assemble();
  }

  /**
   * A condition without parts that are always or never met, within the limits. @returns true, false: every message, or none, is accepted
   */
  #simplified(condition: EventCondition, mode: Mode): EventCondition | boolean {
    switch (condition.kind) {
      case 'const':
        return accepts(mode, condition.value);
      case 'chain':
        return condition;
      case 'not': {
        const operand = this.#simplified(condition.operand, OPPOSITE[mode]);
        return typeof operand === 'boolean' ? operand : { kind: 'not', operand };
      }
      default: {
        const [isAll, inner] = junction(condition.kind, mode);
        const operands: EventCondition[] = [];
        for (const each of condition.operands) {
          const operand = this.#simplified(each, inner);
          if (operand === !isAll) return operand;
          if (typeof operand !== 'boolean') operands.push(operand);
        }
        if (operands.length === 0) return isAll;
        if (operands.length > this.#limits.operands) {
          if (!isAll) return true;
          operands.length = this.#limits.operands;
        }
        return { kind: condition.kind, operands };
      }
    }
  }

  /** Jumps to `yes` for each message whose value the mode accepts, else to `no`. */
  #emit(condition: EventCondition, mode: Mode, yes: Label, no: Label): void {
    const code = this.#code;
    switch (condition.kind) {
      case 'const':
        code.jump(accepts(mode, condition.value) ? yes : no);
        return;
      case 'not':
        this.#emit(condition.operand, OPPOSITE[mode], yes, no);
        return;
      case 'chain':
        this.#emitChain(condition, mode, yes, no);
        return;
      default: {
        const [isAll, inner] = junction(condition.kind, mode);
        // What the first operand has looked up is known in all; what the second has, only if it was reached.
        let known: ReadonlySet<string> | undefined;
        condition.operands.forEach((operand, i) => {
          const next = code.label();
          const isLast = i === condition.operands.length - 1;
          if (isLast) this.#emit(operand, inner, yes, no);
          else {
            this.#emit(operand, inner, isAll ? next : yes, isAll ? no : next);
            code.place(next);
          }
          known ??= this.#known;
        });
        this.#known = known ?? this.#known;
      }
    }
  }

  #emitChain({ steps, otherwise }: Chain, mode: Mode, yes: Label, no: Label): void {
    const code = this.#code;
    const labelOf = (outcome: Outcome, next: Label): Label =>
      outcome === 'next' ? next : accepts(mode, outcome) ? yes : no;
    let known: ReadonlySet<string> | undefined;
    for (const step of steps) {
      const next = code.label();
      this.#emitStep(step, mode, labelOf(step.within, next), labelOf(step.outside, next), next);
      code.place(next);
      known ??= this.#known;
    }
    code.jump(labelOf(otherwise, no));
    this.#known = known ?? this.#known;
  }

  #emitStep({ place, mask, ranges, within, outside }: Step, mode: Mode, yes: Label, no: Label, absent: Label): void {
    const code = this.#code;
    this.#find(place, absent);
    if (yes === no) {
      if (yes !== absent) code.jump(yes);
      return;
    }
    const { bytes } = place;
    const narrow = Math.min(bytes, 4);
    const isWithinAccepted = within !== 'next' && accepts(mode, within);
    const isOutsideAccepted = outside !== 'next' && accepts(mode, outside);
    const limit = this.#limits.ranges;
    // More is accepted where one outcome is accepted and the other refused; the choice of a next step stays exact.
    const set =
      isWithinAccepted && !isOutsideAccepted
        ? widened(ranges, limit)
        : isOutsideAccepted && !isWithinAccepted
          ? narrowed(ranges, limit)
          : ranges;
    const load = (word: number): void => {
      this.#load(place, word * 4);
      if (mask !== undefined && mask !== 0xffffffff) code.add(BPF.AND_K, mask);
    };
    searchWords(code, set, Math.max(1, bytes / 4), narrow, load, yes, no);
  }

  /** Leaves the offset of an attribute in X. */
  #find(place: Place, absent: Label): void {
    if ('at' in place) return;
    const { path } = place;
    const code = this.#code;
    const mandatory = this.#mandatory(path);
    let from = this.#findKnown(path, mandatory);
    for (; from < path.length; from++) {
      const isMandatory = from < mandatory;
      if (from === 0) code.add(BPF.LD_IMM, NFGEN_END);
      code.add(BPF.LDX_IMM, path[from]);
      code.add(BPF.LDW_ABS, from === 0 ? FIND_ATTRIBUTE : FIND_NESTED);
      const isThere = code.label();
      code.branch(BPF.JEQ_K, 0, isMandatory ? this.#accept : absent, isThere);
      code.place(isThere);
      if (isMandatory) this.#remember(path.slice(0, from + 1));
    }
    code.add(BPF.TAX);
  }

  /** How many of the first attributes of a path every message has. */
  #mandatory(path: readonly number[]): number {
    const tuples: readonly number[] = TUPLES[this.#table];
    if (!tuples.includes(path[0])) return 0;
    return path[1] === CTA_TUPLE.IP || path[1] === CTA_TUPLE.PROTO ? 2 : 1;
  }

  /** Loads the offset of the innermost nest of a path that is known. @returns the number of attributes it is made of */
  #findKnown(path: readonly number[], mandatory: number): number {
    for (let length = mandatory; length > 0; length--) {
      const nest = path.slice(0, length).join();
      const slot = this.#slots.get(nest);
      if (slot === undefined || !this.#known.has(nest)) continue;
      this.#code.add(BPF.LD_MEM, slot);
      return length;
    }
    return 0;
  }

  #remember(path: readonly number[]): void {
    const nest = path.join();
    const slot = this.#slots.get(nest) ?? this.#slots.size;
    if (slot >= MEMORY_WORDS) return;
    this.#slots.set(nest, slot);
    this.#code.add(BPF.ST, slot);
    this.#known = new Set([...this.#known, nest]);
  }

  /** A = a word of the value of a place, whose attribute is at X. */
  #load(place: Place, offset: number): void {
    const { bytes } = place;
    const isFixed = 'at' in place;
    const [absolute, indirect] =
      bytes === 1 ? [BPF.LDB_ABS, BPF.LDB_IND] : bytes === 2 ? [BPF.LDH_ABS, BPF.LDH_IND] : [BPF.LDW_ABS, BPF.LDW_IND];
    this.#code.add(isFixed ? absolute : indirect, (isFixed ? place.at : PAYLOAD) + offset);
  }
}

/** Whether all operands must be accepted, or one; and in which mode each is. */
function junction(kind: 'and' | 'or' | 'any', mode: Mode): readonly [isAll: boolean, inner: Mode] {
  if (kind === 'any') {
    // Two-valued: false if no operand is true.
    const isTrue = mode === 'true' || mode === 'not false';
    return [!isTrue, isTrue ? 'true' : 'not true'];
  }
  const isPositive = mode === 'true' || mode === 'not false';
  return [(kind === 'and') === isPositive, mode];
}
