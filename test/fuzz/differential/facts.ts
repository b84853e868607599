/** What conntrack(8) says of a table: read from its lines, by nothing of ctq. */
import ipaddr from 'ipaddr.js';

export type Fact = string | number | boolean | null | readonly string[];
export type Facts = Readonly<Record<string, Fact>>;

/** Not DCCP: a kernel that knows it refuses the flows without ports that are made here. */
const PORTS = [6, 17, 132, 136];

/** The pairs of one direction: `src=… dst=… sport=… dport=… type=… code=… id=… srckey=… zone-orig=…`. */
function direction(prefix: string, pairs: ReadonlyMap<string, string>, proto: number): Record<string, Fact> {
  const number = (key: string): Fact => (pairs.has(key) ? Number(pairs.get(key)) : null);
  return {
    [`${prefix}.src`]: pairs.get('src') ?? null,
    [`${prefix}.dst`]: pairs.get('dst') ?? null,
    [`${prefix}.sport`]: PORTS.includes(proto) ? number('sport') : null,
    [`${prefix}.dport`]: PORTS.includes(proto) ? number('dport') : null,
    [`${prefix}.icmp_type`]: number('type'),
    [`${prefix}.icmp_code`]: number('code'),
    [`${prefix}.icmp_id`]: number('id'),
    [`${prefix}.srckey`]: number('srckey'),
    [`${prefix}.dstkey`]: number('dstkey'),
    [`${prefix}.packets`]: number('packets'),
    [`${prefix}.bytes`]: number('bytes'),
  };
}

/** One line of `conntrack -L -o extended,id,labels`. */
export function factsOf(line: string): Facts {
  const [, l3, , protocol, , state] = /^(\S+) +(\d+) +\S+ +(\d+) (\d+ )?([A-Z_0-9]+ )?/.exec(line)!;
  const proto = Number(protocol);
  const directions = [new Map<string, string>(), new Map<string, string>()];
  const rest = new Map<string, string>();
  let side = -1;
  for (const word of line.split(' ')) {
    const at = word.indexOf('=');
    if (at < 0) continue;
    const [key, value] = [word.slice(0, at), word.slice(at + 1)];
    if (key === 'src') side++;
    const isOfTuple = /^(src|dst|sport|dport|type|code|srckey|dstkey|packets|bytes)$/.test(key);
    // The id of ICMP is in the tuples, that of the entry after `use`.
    const isIcmpId = key === 'id' && !rest.has('use');
    if (isOfTuple || isIcmpId) directions[side].set(key, value);
    else rest.set(key, value);
  }
  const number = (key: string): number | null => (rest.has(key) ? Number(rest.get(key)) : null);
  const [orig, reply] = [direction('orig', directions[0], proto), direction('reply', directions[1], proto)];
  const isSource = orig['orig.src'] !== reply['reply.dst'] || orig['orig.sport'] !== reply['reply.dport'];
  const isDestination = orig['orig.dst'] !== reply['reply.src'] || orig['orig.dport'] !== reply['reply.sport'];
  const isReplied = !line.includes('[UNREPLIED]');
  const status = ['CONFIRMED', isReplied ? 'SEEN_REPLY' : 'UNREPLIED'];
  if (line.includes('[ASSURED]')) status.push('ASSURED');
  if (isSource) status.push('SRC_NAT');
  if (isDestination) status.push('DST_NAT');
  const [first, second] = [number('zone-orig'), number('zone-reply')];
  const sum = (a: Fact, b: Fact): Fact => (a === null ? b : b === null ? a : Number(a) + Number(b));
  return {
    id: number('id'),
    family: l3,
    proto,
    ...orig,
    ...reply,
    packets: sum(orig['orig.packets'], reply['reply.packets']),
    bytes: sum(orig['orig.bytes'], reply['reply.bytes']),
    zone: number('zone') ?? (first === null && second === null ? 0 : null),
    'orig.zone': first,
    'reply.zone': second,
    state: proto === 6 || proto === 132 ? (state?.trim() ?? null) : null,
    status,
    mark: number('mark'),
    helper: rest.get('helper') ?? null,
    labels: rest.get('labels')?.split(',') ?? null,
    nat: isSource ? (isDestination ? 'both' : 'src') : isDestination ? 'dst' : 'none',
  };
}

/** Addresses as their bytes, so that they are compared whatever they are written like. */
export const addressOf = (text: string): string => ipaddr.parse(text).toByteArray().join('.');

export function isInside(address: string, network: string): boolean {
  const [base, bits] = network.split('/');
  const [one, other] = [ipaddr.parse(address), ipaddr.parse(base)];
  return one.kind() === other.kind() && one.match(other as never, Number(bits ?? (one.kind() === 'ipv4' ? 32 : 128)));
}
