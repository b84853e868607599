import { readFileSync } from 'node:fs';
import type { Place } from '../../../lang/checked/ast.js';
import { printable } from '../../../lang/diagnostics/printable.js';
import { isHere, placePrompt } from '../../../lang/schema/places.js';
import { fit } from '../../display/text/width.js';

/** The line above the first prompt: the version, the place, how full its table is, and how to get help. */
export function greetingOf(version: string, place: Place, columns: number): string {
  const where = isHere(place) ? fullness() : printable(placePrompt(place)).trim();
  const parts = [`ctq ${version}`, ...(where === '' ? [] : [where]), 'help, help keys, Tab'];
  return fit(parts.join(' – '), columns - 1, '…');
}

const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** How full this network namespace's table is; empty if it has none. */
function fullness(): string {
  const count = readNumber('nf_conntrack_count');
  const most = readNumber('nf_conntrack_max');
  if (count === undefined || most === undefined || most === 0) return '';
  const rights = mayRead() ? '' : ', readable by root only: sudo ctq';
  return `${thousands(count)} of ${thousands(most)} flows (${((100 * count) / most).toFixed(1)} %)${rights}`;
}

function readNumber(name: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/sys/net/netfilter/${name}`, 'latin1'));
  } catch {
    return undefined;
  }
}

/** CAP_NET_ADMIN is bit 12 (linux/capability.h). */
function mayRead(): boolean {
  try {
    const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    return effective === undefined || ((BigInt(`0x${effective}`) >> 12n) & 1n) === 1n;
  } catch {
    return true;
  }
}
