import type { Steps } from '../steps.js';

/** Items sorted or merged per step. */
const RUN = 4096;

type Order<T> = (a: T, b: T) => number;

/** The items in order. May reorder the array itself. */
export function* mergeSort<T>(items: T[], order: Order<T>): Steps<T[]> {
  if (items.length <= RUN) return items.sort(order);
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += RUN) {
    runs.push(items.slice(at, at + RUN).sort(order));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2)
      merged.push(i + 1 < runs.length ? yield* merge(runs[i], runs[i + 1], order) : runs[i]);
    runs = merged;
  }
  return runs[0];
}

function* merge<T>(left: readonly T[], right: readonly T[], order: Order<T>): Steps<T[]> {
  const all: T[] = [];
  for (let i = 0, j = 0; i < left.length || j < right.length; ) {
    const isLeft = j === right.length || (i < left.length && order(left[i], right[j]) <= 0);
    all.push(isLeft ? left[i++] : right[j++]);
    if (all.length % RUN === 0) yield;
  }
  return all;
}
