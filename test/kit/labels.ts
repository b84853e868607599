/** Names of labels, as /etc/xtables/connlabel.conf gives them to conntrack(8) and ctq. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { must } from './command.js';
import { assertPrivateNamespace } from './namespace.js';

const UPPER = '/run/etc.upper';
const WORK = '/run/etc.work';

/**
 * Lays a writable layer over /etc, in this test's mount namespace only, and writes connlabel.conf there. Nothing outside sees it.
 * @param names such as { 5: 'five' }
 */
export function nameLabels(names: Readonly<Record<number, string>>): void {
  assertPrivateNamespace();
  if (!existsSync(UPPER)) {
    mkdirSync(UPPER);
    mkdirSync(WORK);
    must(['mount', '-t', 'overlay', 'overlay', '-o', `lowerdir=/etc,upperdir=${UPPER},workdir=${WORK}`, '/etc']);
  }
  mkdirSync('/etc/xtables', { recursive: true });
  const lines = Object.entries(names).map(([bit, name]) => `${bit} ${name}\n`);
  writeFileSync('/etc/xtables/connlabel.conf', lines.join(''));
}
