import { DCCP_ROLES } from '../../../lang/schema/constants.js';
import { protocolNumber } from '../../../lang/schema/flags.js';
import type { GivenProtocol, Lookups } from './command-line.js';
import { refuse } from './mistake.js';
import { decimalNumber, wholeNumber } from './numbers.js';
import { PROTOCOLS, type ProtocolName, type ProtocolOption, protocolOf, stateNumber } from './protocols.js';

const UINT32 = 0xffffffff;

/** The protocol that `-p` names: one of conntrack(8)'s own names, one of the system, or a number. @throws Refusal */
export function protocolNamed(text: string, { protocolByName }: Lookups): GivenProtocol {
  const own = text.toLowerCase();
  const number = Object.hasOwn(PROTOCOLS, own)
    ? PROTOCOLS[own as ProtocolName].number
    : (protocolByName?.(text) ?? protocolNumber(text) ?? protocolByNumber(text));
  if (number === undefined) refuse(`\`${text}' unsupported protocol`);
  const name = protocolOf(number)?.name;
  return name === undefined ? { number } : { number, name };
}

function protocolByNumber(text: string): number | undefined {
  if (!/^(?:0x[0-9a-f]{1,4}|[0-9]{1,4})$/i.test(text)) return undefined;
  const number = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  return number <= 255 ? number : undefined;
}

/** The value of a protocol's option. @throws Refusal */
export function protocolValue(proto: GivenProtocol | undefined, option: ProtocolOption, text: string): number {
  const name = proto?.name;
  switch (option) {
    case 'state': {
      const protocol = protocolOf(proto?.number ?? -1);
      return protocol === undefined ? refuse('a state requires a protocol') : stateNumber(protocol, text);
    }
    case 'role': {
      const role = text === '' ? -1 : DCCP_ROLES.findIndex(each => each.startsWith(text.toLowerCase()));
      return role < 0 ? refuse(`Unknown DCCP role \`${text}'`, 2, `the roles are ${DCCP_ROLES.join(', ')}`) : role;
    }
    case 'type':
    case 'code':
      return decimalNumber(text, `${name} ${option}`, 0xff);
    case 'icmp-id':
      return decimalNumber(text, `${name} id`, 0xffff);
    case 'orig-vtag':
    case 'reply-vtag':
      return wholeNumber(text, 'verification tag', UINT32);
    default:
      return name === 'gre' ? wholeNumber(text, 'key', 0xffff) : decimalNumber(text, 'port', 0xffff);
  }
}
