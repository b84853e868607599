/** Conditions as SQL: exact in three-valued logic, or not translated. */
import type { AnyNode, HasNode, InNode, Typed } from '../../../../lang/checked/ast.js';
import { hasNullInLists } from '../../../../lang/evaluate/any.js';
import type { QueryResult } from '../../../../lang/evaluate/in-list.js';
import { STATUS_FLAGS } from '../../../../lang/schema/constants.js';
import { isRecorded, RECORDED } from '../../../../lang/schema/history.js';
import { classNetworks, isNetwork, networkOf } from '../../../../lang/values/address.js';
import type { Address, Value } from '../../../../lang/values/value.js';
import type { AddressDialect, Dialect } from './dialect.js';
import { type Numbers, sqlOperator } from './numbers.js';

export class Conditions {
  readonly numbers: Numbers;
  /** In a condition of which only the truth matters, null is as good as false: files can then be skipped. */
  #isTruth = false;
  /** The values of a subquery or variable; undefined if they are not known. */
  readonly lists: (node: InNode) => QueryResult | undefined;
  readonly #dialect: Dialect;
  readonly #addresses: AddressDialect;

  constructor(numbers: Numbers, lists: (node: InNode) => QueryResult | undefined) {
    this.numbers = numbers;
    this.lists = lists;
    this.#dialect = numbers.dialect;
    this.#addresses = numbers.dialect.addresses;
  }

  /** A condition that is true for the same rows; false or null for others. */
  truthOf(node: Typed): string | undefined {
    return this.#within(true, () => this.of(node));
  }

  #within<T>(isTruth: boolean, work: () => T): T {
    const before = this.#isTruth;
    this.#isTruth = isTruth;
    try {
      return work();
    } finally {
      this.#isTruth = before;
    }
  }

  of(node: Typed): string | undefined {
    const constant = this.numbers.constantOf(node);
    if (constant) return truth(constant.value, this.#dialect);
    switch (node.kind) {
      case 'logical': {
        const operands = node.operands.map(each => this.of(each));
        return operands.includes(undefined) ? undefined : `(${operands.join(` ${node.op.toUpperCase()} `)})`;
      }
      case 'not': {
        const operand = this.#within(false, () => this.of(node.operand));
        return operand && `(NOT ${operand})`;
      }
      case 'any': {
        const tests = node.tests.map(each => this.of(each));
        const isUnknown = this.#isUnknown(node);
        if (tests.includes(undefined) || isUnknown === undefined) return undefined;
        return isUnknown ? `(${tests.join(' OR ')})` : this.#anyOf(tests as string[]);
      }
      case 'compare':
        return this.#compare(node.op, node.left, node.right);
      case 'within': {
        const network = this.numbers.constantOf(node.network)?.value;
        const address = addressOf(node.operand);
        return address && typeof network === 'string'
          ? this.#guarded(address, [this.#network(address, network)])
          : undefined;
      }
      case 'in':
        return this.#in(node);
      case 'has':
        return hasSql(node, this.#dialect);
      case 'is_null':
        return this.#isNull(node.operand);
      case 'is_class': {
        const address = addressOf(node.operand);
        if (!address) return undefined;
        const { reserved, ...classes } = classNetworks();
        const isPublic = node.class === 'public';
        const list = isPublic
          ? [...Object.values(classes).flat(), ...reserved]
          : classes[node.class as keyof typeof classes];
        const tests = list.map(each => this.#range(address, each.address, each.prefix));
        const guarded = this.#within(this.#isTruth && !isPublic, () => this.#guarded(address, tests));
        return isPublic ? `(NOT ${guarded})` : guarded;
      }
      default:
        return undefined;
    }
  }

  /** Whether a value that the fields are compared with is null; undefined if the rows decide. */
  #isUnknown(node: AnyNode): boolean | undefined {
    // Only the truth matters: null is as good as false.
    if (this.#isTruth) return false;
    const others = node.others.map(each => this.numbers.constantOf(each));
    if (others.includes(undefined)) return undefined;
    return others.some(each => each?.value === null) || hasNullInLists(node, each => this.lists(each)?.values ?? []);
  }

  #compare(op: string, left: Typed, right: Typed): string | undefined {
    if (left.type.name === 'address' || right.type.name === 'address') return this.#sameAddress(op, left, right);
    const a = textOf(left, this.#dialect);
    const b = textOf(right, this.#dialect);
    if (a !== undefined || b !== undefined) {
      if (op !== '=' && op !== '!=') return undefined;
      const first = a ?? this.#constantText(left);
      const second = b ?? this.#constantText(right);
      return first && second && `(${first} ${sqlOperator(op)} ${second})`;
    }
    return this.numbers.compare(op, left, right);
  }

  #constantText(node: Typed): string | undefined {
    const value = this.numbers.constantOf(node)?.value;
    if (value === null) return this.#dialect.nothing('text');
    return typeof value === 'string' ? this.numbers.parameters.add('VARCHAR', value) : undefined;
  }

  #sameAddress(op: string, left: Typed, right: Typed): string | undefined {
    if (op !== '=' && op !== '!=') return undefined;
    const negate = (sql: string): string => (op === '=' ? sql : `(NOT ${sql})`);
    const [a, b] = [addressOf(left), addressOf(right)];
    if (a && b) {
      const { isMissing, isSame } = this.#addresses;
      return negate(`(CASE WHEN ${isMissing(a)} OR ${isMissing(b)} THEN NULL ELSE ${isSame(a, b)} END)`);
    }
    const [column, other] = a ? [a, right] : [b, left];
    const value = this.numbers.constantOf(other)?.value;
    if (column === undefined || value === undefined || isNetwork(value)) return undefined;
    if (value === null) return this.#dialect.nothing('boolean');
    return negate(
      this.#within(this.#isTruth && op === '=', () => this.#guarded(column, [this.#address(column, value as Address)])),
    );
  }

  /** Tests of an address that are true or not; null for a row without the address. */
  #guarded(column: string, tests: readonly string[]): string {
    const any = tests.length === 0 ? 'false' : this.#anyOf(tests);
    return this.#isTruth ? any : `(CASE WHEN ${this.#addresses.isMissing(column)} THEN NULL ELSE ${any} END)`;
  }

  #anyOf(tests: readonly string[]): string {
    return `(${tests.map(test => (this.#isTruth ? test : `coalesce(${test}, false)`)).join(' OR ')})`;
  }

  #address(column: string, address: Address): string {
    return this.#addresses.equals(column, address, this.numbers.parameters);
  }

  #network(column: string, network: string): string {
    const { address, prefix } = networkOf(network);
    return this.#range(column, address, prefix);
  }

  #range(column: string, address: Address, prefix: number): string {
    return this.#addresses.within(column, address, prefix, this.numbers.parameters);
  }

  #in(node: InNode): string | undefined {
    if (node.others.length > 0) return undefined;
    const list = node.query || node.variable !== undefined ? this.lists(node) : { values: [] };
    if (!list) return undefined;
    const values = [...new Set([...node.values, ...list.values])];
    const hasNull = values.includes(null);
    const present = values.filter(value => value !== null);
    const found =
      node.operand.type.name === 'address' ? this.#inAddresses(node, present) : this.#inValues(node, present);
    return found && hasNull ? `(${found} OR NULL)` : found;
  }

  #inAddresses(node: InNode, values: readonly Value[]): string | undefined {
    const column = addressOf(node.operand);
    if (!column || node.ranges.length > 0) return undefined;
    const networks = [...node.networks, ...values.filter(isNetwork)];
    const addresses = values.filter(value => !isNetwork(value)) as Address[];
    return this.#guarded(column, [
      ...addresses.map(each => this.#address(column, each)),
      ...networks.map(each => this.#network(column, each)),
    ]);
  }

  #inValues(node: InNode, values: readonly Value[]): string | undefined {
    const constant = (value: Value): Typed => ({ kind: 'const', type: node.operand.type, value });
    const { operand } = node;
    const tests = [
      ...values.map(value => this.#compare('=', operand, constant(value))),
      ...node.ranges.flatMap(([low, high]) => {
        const from = this.#compare('>=', operand, constant(low));
        const to = this.#compare('<=', operand, constant(high));
        return from && to ? `(${from} AND ${to})` : undefined;
      }),
    ];
    if (tests.includes(undefined)) return undefined;
    if (tests.length > 0) return `(${tests.join(' OR ')})`;
    const isNull = this.#isNull(operand);
    return isNull && `(CASE WHEN ${isNull} THEN NULL ELSE false END)`;
  }

  #isNull(operand: Typed): string | undefined {
    const address = addressOf(operand);
    if (address) return this.#addresses.isMissing(address);
    const sql = textOf(operand, this.#dialect) ?? labelsOf(operand) ?? this.numbers.of(operand)?.sql;
    return sql && `(${sql} IS NULL)`;
  }
}

const truth = (value: Value, dialect: Dialect): string | undefined =>
  value === null ? dialect.nothing('boolean') : typeof value === 'boolean' ? String(value) : undefined;

/** The beginning of the names of an address' columns. */
export function addressOf(node: Typed): string | undefined {
  if (node.kind !== 'field' || node.join !== undefined || !isRecorded(node.name)) return undefined;
  const { column, stored } = RECORDED[node.name];
  return stored === 'address' ? column : undefined;
}

function labelsOf(node: Typed): string | undefined {
  return node.kind === 'field' && node.name === 'labels' ? `${RECORDED.labels.column}_hi` : undefined;
}

/** A field of text or of names. */
export function textOf(node: Typed, dialect: Dialect): string | undefined {
  if (node.kind !== 'field' || node.join !== undefined) return undefined;
  switch (node.name) {
    case 'event':
      return dialect.event;
    case 'family': {
      const { isFour, isMissing } = dialect.addresses;
      return `(CASE WHEN ${isFour('orig_src')} THEN 'ipv4' WHEN NOT ${isMissing('orig_src')} THEN 'ipv6' END)`;
    }
    case 'nat': {
      const [src, dst] = [STATUS_FLAGS.SRC_NAT, STATUS_FLAGS.DST_NAT].map(flag => dialect.hasBits('status', flag));
      return `(CASE WHEN status IS NULL THEN NULL WHEN ${src} AND ${dst} THEN 'both' WHEN ${src} THEN 'src' WHEN ${dst} THEN 'dst' ELSE 'none' END)`;
    }
  }
  if (!isRecorded(node.name)) return undefined;
  const { column, stored } = RECORDED[node.name];
  return stored === 'text' ? column : undefined;
}

function hasSql({ operand, flags, quantifier }: HasNode, dialect: Dialect): string | undefined {
  if (operand.kind !== 'field' || (operand.name !== 'status' && operand.name !== 'labels')) return undefined;
  const tests = flags.map(({ bits, absent }) => {
    const set =
      operand.name === 'status'
        ? dialect.hasBits('status', bits)
        : dialect.hasBit(`labels_${bits < 64 ? 'lo' : 'hi'}`, bits % 64);
    return absent ? `(NOT ${set})` : `(${set})`;
  });
  return `(${tests.join(quantifier === 'all' ? ' AND ' : ' OR ')})`;
}
