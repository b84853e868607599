import { readdirSync, readFileSync } from 'node:fs';
import type { Environment } from '../lang/schema/environment.js';
import { preciseNow } from './precise-now.js';
import { SETTING_DOCS } from './sources/sysctl/sysctl-docs.js';

const UDP = 17;
const PROTOCOLS: Readonly<Record<string, number>> = { tcp: 6, udp: UDP, sctp: 132, dccp: 33 };

/** Common services, for machines without /etc/services. */
const COMMON_SERVICES =
  'ftp-data 20/tcp\nftp 21/tcp\nssh 22/tcp\ntelnet 23/tcp\nsmtp 25/tcp\ndomain 53/tcp\ndomain 53/udp\nbootps 67/udp\n' +
  'bootpc 68/udp\ntftp 69/udp\nhttp 80/tcp www\nkerberos 88/tcp\npop3 110/tcp\nntp 123/udp\nimap2 143/tcp imap\n' +
  'snmp 161/udp\nbgp 179/tcp\nldap 389/tcp\nhttps 443/tcp\nhttps 443/udp\nmicrosoft-ds 445/tcp\nsyslog 514/udp\n' +
  'submission 587/tcp\nldaps 636/tcp\nimaps 993/tcp\npop3s 995/tcp\nopenvpn 1194/udp\nms-sql-s 1433/tcp\nnfs 2049/tcp\n' +
  'mysql 3306/tcp\nms-wbt-server 3389/tcp rdp\npostgresql 5432/tcp\nsip 5060/udp\nsip 5060/tcp\nredis 6379/tcp\nhttp-alt 8080/tcp\n';

interface Services {
  readonly ports: ReadonlyMap<string, number>;
  /** By `port/protocol`, and by port alone: all of its names, if it has several (`shell/syslog`). */
  readonly names: ReadonlyMap<string, string>;
}

function readFirst(paths: readonly string[]): string | undefined {
  for (const path of paths) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // Try the next one.
    }
  }
  return undefined;
}

/** Parses services(5). The first line of a name, or of a port of a protocol, counts. */
export function parseServices(text: string): Services {
  const ports = new Map<string, number>();
  const names = new Map<string, string>();
  const addOnce = <K, V>(map: Map<K, V>, key: K, value: V): void => {
    if (!map.has(key)) map.set(key, value);
  };
  for (const line of text.split('\n')) {
    const match = /^\s*([^\s#]+)\s+(\d{1,5})\/(\w+)([^#]*)/.exec(line);
    if (!match) continue;
    const [, name, digits, protocol, aliases] = match;
    const port = Number(digits);
    if (port > 65535) continue;
    for (const word of [name, ...aliases.split(/\s+/)]) {
      if (word === '') continue;
      addOnce(ports, `${word.toLowerCase()}/${PROTOCOLS[protocol] ?? 0}`, port);
      addOnce(ports, word.toLowerCase(), port);
    }
    const key = `${port}/${PROTOCOLS[protocol] ?? 0}`;
    if (names.has(key)) continue;
    names.set(key, name);
    const all = names.get(String(port))?.split('/') ?? [];
    names.set(String(port), [...new Set([...all, name])].join('/'));
  }
  return { ports, names };
}

/** Parses connlabel.conf: lines of `BIT NAME`. */
export function parseLabels(text: string): ReadonlyMap<string, number> {
  const labels = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^\s*(\d{1,3})\s+([^\s#]+)/.exec(line);
    if (match && Number(match[1]) <= 127 && !labels.has(match[2])) labels.set(match[2], Number(match[1]));
  }
  return labels;
}

/** The settings that the kernel's documentation names, and those of this kernel. */
function settingNames(): readonly string[] {
  let here: string[] = [];
  try {
    here = readdirSync('/proc/sys/net/netfilter').filter(name => name.startsWith('nf_conntrack_'));
  } catch {
    // Connection tracking is not loaded.
  }
  return [...new Set([...here, ...Object.keys(SETTING_DOCS)])];
}

/** The names in this machine's /etc/services and connlabel.conf, which are read on first use. `machineSurroundings` has the rest. */
export function machineEnvironment(): Environment {
  let known: Services | undefined;
  let labels: ReadonlyMap<string, number> | undefined;
  let bits: ReadonlyMap<number, string> | undefined;
  const services = (): Services => {
    known ??= parseServices(
      readFirst(['/etc/services', '/usr/share/iana-etc/services', '/usr/etc/services']) ?? COMMON_SERVICES,
    );
    return known;
  };
  const names = (): ReadonlyMap<string, number> => {
    labels ??= parseLabels(readFirst(['/etc/xtables/connlabel.conf', '/etc/connlabel.conf']) ?? '');
    return labels;
  };
  return {
    servicePort: (name, proto) => {
      const { ports } = services();
      const key = name.toLowerCase();
      return (proto === undefined ? undefined : ports.get(`${key}/${proto}`)) ?? ports.get(key);
    },
    serviceName: (port, proto) => services().names.get(proto === undefined ? String(port) : `${port}/${proto}`),
    serviceNames: () => [...services().ports.keys()].filter(name => !name.includes('/')),
    labelBit: name => names().get(name),
    labelName: bit => {
      bits ??= new Map([...names()].map(([name, number]) => [number, name]));
      return bits.get(bit);
    },
    labelNames: () => [...names().keys()],
    settingNames,
    now: preciseNow,
  };
}
