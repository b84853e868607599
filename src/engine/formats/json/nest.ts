import { jsonString } from '../writing/escape.js';

/** One member of a JSON object: a value (the column at `index`), or an object of members. */
export interface Member {
  /** `"name":`, ready to be written. */
  readonly key: string;
  readonly index: number;
  readonly members?: readonly Member[];
}

interface Branch {
  readonly members: Map<string, number | Branch>;
}

/** A name of a field: only these are taken apart at their dots, and not `sum(orig.bytes)`. */
const FIELD = /^[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)+$/i;

/** The objects that columns of these names make. No key comes twice: a second column of a name gets a number. */
export function nest(names: readonly string[]): readonly Member[] {
  const root: Branch = { members: new Map() };
  names.forEach((name, index) => {
    if (!FIELD.test(name) || !place(root, name.split('.'), index)) place(root, [unused(root, name)], index);
  });
  return membersOf(root);
}

function place(root: Branch, path: readonly string[], index: number): boolean {
  let branch = root;
  for (const part of path.slice(0, -1)) {
    const next = branch.members.get(part) ?? { members: new Map() };
    if (typeof next === 'number') return false;
    branch.members.set(part, next);
    branch = next;
  }
  const last = path[path.length - 1];
  if (branch.members.has(last)) return false;
  branch.members.set(last, index);
  return true;
}

function unused(branch: Branch, name: string): string {
  let free = name;
  for (let n = 2; branch.members.has(free); n++) free = `${name}_${n}`;
  return free;
}

const membersOf = ({ members }: Branch): Member[] =>
  [...members].map(([name, member]) => {
    const key = `${jsonString(name)}:`;
    return typeof member === 'number' ? { key, index: member } : { key, index: -1, members: membersOf(member) };
  });
