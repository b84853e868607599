/** Lines that are not statements, but can mean only one: `10.0.0.1`, `udp 53`, `conntrack`, `kill 10.0.0.1`, `src = 10.0.0.1`. */
import { inHome } from '../../engine/home.js';
import { fieldOf, TABLE_NAMES, TABLES } from '../../lang/schema/catalogue.js';
import { looseCondition } from '../../lang/syntax/errors/foreign/loose-condition.js';
import { quote } from '../../lang/syntax/literals/literal.js';

/** The statement that a line means; undefined if it is none of these lines. */
export function statementMeant(line: string): string | undefined {
  const text = line.trim().replace(/\s*;$/, '');
  const kill = /^kill\s+(.+)$/i.exec(text);
  if (kill) {
    const condition = fieldCondition(kill[1]) ?? looseCondition(kill[1]);
    return condition && `delete from conntrack where ${condition}`;
  }
  const counted = /^count\s+(.+)$/i.exec(text)?.[1];
  if (counted !== undefined) {
    const condition = looseCondition(counted);
    return condition && `count conntrack where ${condition}`;
  }
  const desc = /^desc\s+(\S+|'[^']+')$/i.exec(text);
  if (desc) return describing(desc[1]);
  if (/^(?:tables|settings)$/i.test(text)) return `show ${text.toLowerCase()}`;
  if (TABLE_NAMES.some(name => name === text.toLowerCase())) return `select from ${text.toLowerCase()}`;
  const condition = fieldCondition(text) ?? looseCondition(text);
  return condition && `select from conntrack where ${condition}`;
}

/** The condition that a text is, or is short for: `10.0.0.1`, `udp 53`. */
export function conditionMeant(text: string): string {
  const meant = /^select from conntrack where (.*)$/.exec(statementMeant(text) ?? '')?.[1];
  return meant ?? text.trim().replace(/^where\s+/i, '');
}

/** `describe` of a table or a file: a path without quotes gets them. */
export const describing = (subject: string): string =>
  `describe ${/^[^'"\s]*[./][^'"\s]*$/.test(subject) ? quote(inHome(subject)) : subject}`;

/** `src = 10.0.0.1`. */
function fieldCondition(text: string): string | undefined {
  const name = /^([a-z_][\w.]*)\s*(?:[=<>!]=?|(?:not\s+)?(?:in|has|like|between)\b|is\b)/i.exec(text)?.[1];
  return name !== undefined && fieldOf(TABLES.conntrack, name) ? text : undefined;
}
