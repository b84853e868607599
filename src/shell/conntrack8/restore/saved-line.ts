import { answerTo } from '../../../engine/ctnetlink/codec/tuple.js';
import { DCCP_ROLES } from '../../../lang/schema/constants.js';
import { formatAddress, isIPv4 } from '../../../lang/values/address.js';
import type { Translation } from '../argv/address.js';
import type { CommandLine } from '../argv/command-line.js';
import { refuseAsInvalid } from '../argv/mistake.js';
import { protocolOf } from '../argv/protocols.js';
import { saidBy } from '../option-table.js';
import { checkStatus, type Side, sidesOf } from '../statement/insertion.js';

/** What ctq's `output save` wrote after a line. */
export type Rest = Readonly<Record<string, unknown>>;

/**
 * A command line that creates a flow, written in the form that lines of the `save` format have.
 * @throws Refusal for what the kernel would refuse
 */
export function savedLine(line: CommandLine, rest: Rest | undefined): Uint8Array {
  const { proto, values, snat, dnat, changedLabels } = line;
  checkStatus(line);
  const { orig, reply } = sidesOf(line);
  if (orig.src === undefined || orig.dst === undefined || proto === undefined)
    return refuseAsInvalid(line, 'addresses are missing');
  checkIcmp(line, isIPv4(orig.src));
  const words = [
    `--${line.command}`,
    ...saidBy(values, ({ read, long, text }, value) =>
      read === undefined ? [] : [`--${long[0]}`, text?.(value) ?? String(value)],
    ),
    ...['-p', String(proto.number)],
    ...addresses(['-s', '-d'], orig),
    ...(reply === undefined ? [] : addresses(['-r', '-q'], reply)),
    ...keyWords(line, orig, reply),
    ...(snat === undefined ? [] : ['-n', endpoint(snat)]),
    ...(dnat === undefined ? [] : ['-g', endpoint(dnat)]),
  ];
  if (rest === undefined) {
    if (changedLabels.length > 0) words.push('--label-add', changedLabels.join(','));
  } else {
    const labels = [...changedLabels, ...(Array.isArray(rest.labels) ? rest.labels : [])];
    words.push('#', JSON.stringify(labels.length === 0 ? rest : { ...rest, labels }));
  }
  return Buffer.from(words.join(' '), 'utf8');
}

function checkIcmp(line: CommandLine, isV4: boolean): void {
  const { proto, keys } = line;
  if (proto?.name !== 'icmp' && proto?.name !== 'icmpv6') return;
  if (isV4 !== (proto.name === 'icmp')) refuseAsInvalid(line, `${proto.name} does not fit these addresses`);
  if (answerTo(proto.number, keys.type ?? 0) === undefined)
    refuseAsInvalid(line, `the kernel tracks no flows of ${proto.name} type ${keys.type}`);
}

const addresses = ([src, dst]: readonly [string, string], side: Side): readonly string[] => [
  ...(side.src === undefined ? [] : [src, formatAddress(side.src)]),
  ...(side.dst === undefined ? [] : [dst, formatAddress(side.dst)]),
];

/** The options of the protocol. */
function keyWords({ proto, keys }: CommandLine, orig: Side, reply: Side | undefined): readonly string[] {
  const protocol = protocolOf(proto?.number ?? -1);
  if (protocol === undefined) return [];
  const sides: Readonly<Record<string, number | undefined>> = {
    'orig-src': orig.srcKey,
    'orig-dst': orig.dstKey,
    'reply-src': reply?.srcKey,
    'reply-dst': reply?.dstKey,
  };
  return protocol.options.flatMap(({ option, name, form }) => {
    const value = option in sides ? sides[option] : keys[option];
    if (value === undefined || form.read === undefined) return [];
    if (option === 'state') return [`--${name}`, protocol.states[value]];
    return [`--${name}`, option === 'role' ? DCCP_ROLES[value] : String(value)];
  });
}

function endpoint({ address, port }: Translation): string {
  const text = formatAddress(address);
  if (port === undefined) return text;
  return isIPv4(address) ? `${text}:${port}` : `[${text}]:${port}`;
}
