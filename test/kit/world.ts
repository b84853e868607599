/**
 * A small internet with real traffic: client – router – server, each in a network namespace of its own.
 *
 *     client 10.0.1.2       router 10.0.1.1 | 192.0.2.1       server 192.0.2.2
 *            fd00:1::2             fd00:1::1 | 2001:db8:2::1          2001:db8:2::2
 *
 * The router masquerades what the client sends, sends 198.51.100.80:8080 on to the server's port 80 (so that both ends of such a
 * flow are translated), and its own port 2222 to the client's port 22. It gives FTP its helper, marks what goes to port 80 with
 * 0x1200, and labels what goes to port 53 with 5 and 127. Counters, timestamps and events are on in all three.
 */
import { fileURLToPath } from 'node:url';
import { assertPrivateNamespace, Namespace } from './namespace.js';
import { Program } from './program.js';

export const ADDRESS = {
  client: '10.0.1.2',
  client6: 'fd00:1::2',
  routerInside: '10.0.1.1',
  routerInside6: 'fd00:1::1',
  routerOutside: '192.0.2.1',
  routerOutside6: '2001:db8:2::1',
  server: '192.0.2.2',
  server6: '2001:db8:2::2',
  /** Where port 8080 leads to the server's port 80. */
  virtual: '198.51.100.80',
} as const;

const PROGRAMS = fileURLToPath(new URL('programs', import.meta.url));

/** Any rule that looks at the state makes a namespace track its connections. */
const TRACK = `
  table inet track {
    chain input { type filter hook input priority 0; ct state new counter; }
    chain output { type filter hook output priority 0; ct state new counter; }
  }`;

const ROUTER_RULES = `
  table inet router {
    ct helper ftp { type "ftp" protocol tcp; }
    chain attributes {
      type filter hook prerouting priority -100;
      tcp dport 21 ct helper set "ftp"
      tcp dport 80 ct mark set 0x1200
      tcp dport 8080 ct mark set 0x1200
      udp dport 53 ct label set 5
      udp dport 53 ct label set 127
    }
    chain destination {
      type nat hook prerouting priority -90;
      ip daddr ${ADDRESS.virtual} tcp dport 8080 dnat ip to ${ADDRESS.server}:80
      ip daddr ${ADDRESS.routerOutside} tcp dport 2222 dnat ip to ${ADDRESS.client}:22
    }
    chain source {
      type nat hook postrouting priority 100;
      oifname "outside" ip saddr 10.0.1.0/24 masquerade
      oifname "outside" ip6 saddr fd00:1::/64 masquerade
    }
  }`;

const NETFILTER = {
  'net.netfilter.nf_conntrack_acct': 1,
  'net.netfilter.nf_conntrack_timestamp': 1,
  'net.netfilter.nf_conntrack_events': 1,
} as const;

function connectNamespaces(client: Namespace, router: Namespace, server: Namespace): void {
  router.ip(
    `link add inside type veth peer name eth0 netns ${client.name}`,
    `link add outside type veth peer name eth0 netns ${server.name}`,
    `addr add ${ADDRESS.routerInside}/24 dev inside`,
    `addr add ${ADDRESS.routerInside6}/64 dev inside nodad`,
    `addr add ${ADDRESS.routerOutside}/24 dev outside`,
    `addr add ${ADDRESS.routerOutside6}/64 dev outside nodad`,
    'link set inside up',
    'link set outside up',
  );
  const ends = [
    [client, ADDRESS.client, ADDRESS.client6, ADDRESS.routerInside, ADDRESS.routerInside6],
    [server, ADDRESS.server, ADDRESS.server6, ADDRESS.routerOutside, ADDRESS.routerOutside6],
  ] as const;
  for (const [namespace, address, address6, gateway, gateway6] of ends) {
    namespace.ip(
      `addr add ${address}/24 dev eth0`,
      `addr add ${address6}/64 dev eth0 nodad`,
      'link set eth0 up',
      `route add default via ${gateway}`,
      `route add ::/0 via ${gateway6}`,
    );
    namespace.nft(TRACK);
  }
}

export class World {
  readonly client: Namespace;
  readonly router: Namespace;
  readonly server: Namespace;
  readonly #programs: Program[] = [];

  /** Use `createWorld()`. @param prefix of the three namespaces' names */
  constructor(prefix: string) {
    assertPrivateNamespace();
    this.client = new Namespace(`${prefix}client`);
    this.router = new Namespace(`${prefix}router`);
    this.server = new Namespace(`${prefix}server`);
    connectNamespaces(this.client, this.router, this.server);
    for (const namespace of [this.client, this.router, this.server]) {
      namespace.sysctl(NETFILTER);
    }
    this.router.sysctl({ 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 });
    this.router.nft(ROUTER_RULES);
  }

  /** Starts a program that ends with the world. */
  start(namespace: Namespace, argv: readonly string[]): Program {
    const program = new Program(argv, { netns: namespace.name });
    this.#programs.push(program);
    return program;
  }

  /** Starts services such as 'tcp:80', 'udp:53', 'ftp:21', and returns when they listen. */
  async serve(namespace: Namespace, services: readonly string[]): Promise<Program> {
    const program = this.start(namespace, [process.execPath, `${PROGRAMS}/server.js`, ...services]);
    await program.waitFor(/^ready\n/m, 10_000);
    return program;
  }

  /**
   * Opens a TCP connection, or a UDP socket that sends what is written to the program. A TCP connection is open when this returns.
   * @returns the program at its near end, and its own port
   */
  async open(
    protocol: 'tcp' | 'udp',
    host: string,
    port: number,
    { from = this.client, localPort = 0 }: { from?: Namespace; localPort?: number } = {},
  ): Promise<{ program: Program; localPort: number }> {
    const argv = [process.execPath, `${PROGRAMS}/client.js`, protocol, host, String(port), String(localPort)];
    const program = this.start(from, argv);
    const match = await program.waitFor(/^connected (\d+)\n/m, 10_000);
    return { program, localPort: Number(match[1]) };
  }

  /** As `open`, and sends a text there and back. */
  async exchange(
    protocol: 'tcp' | 'udp',
    host: string,
    port: number,
    options: { from?: Namespace; localPort?: number } = {},
  ): Promise<{ program: Program; localPort: number }> {
    const opened = await this.open(protocol, host, port, options);
    opened.program.write('there and back\n');
    await opened.program.waitFor(/there and back\n/);
    return opened;
  }

  /** One echo request and its answer. @param host IPv4 or IPv6 address */
  ping(host: string, from: Namespace = this.client): void {
    from.must(['ping', '-n', '-c', '1', '-W', '5', host]);
  }

  /** Opens the control channel of FTP to the server and logs in. */
  async ftp(host: string = ADDRESS.server): Promise<Program> {
    const { program } = await this.open('tcp', host, 21);
    await program.waitFor(/220 .*\r\n/);
    program.write('USER anonymous\r\n');
    await program.waitFor(/230 .*\r\n/);
    return program;
  }

  /** Ends all programs and namespaces. */
  async destroy(): Promise<void> {
    await Promise.all(this.#programs.map(program => program.stop('SIGKILL')));
    for (const namespace of [this.client, this.router, this.server]) {
      namespace.destroy();
    }
  }
}

/** Builds the three namespaces; nothing runs in them yet. @param prefix of their names, where a test needs two worlds */
export function createWorld(prefix = ''): World {
  return new World(prefix);
}

/** A world in which the server serves TCP 80, UDP 53 and FTP, and the client TCP 22. */
export async function createBusyWorld(): Promise<World> {
  const world = createWorld();
  await Promise.all([world.serve(world.server, ['tcp:80', 'udp:53', 'ftp:21']), world.serve(world.client, ['tcp:22'])]);
  return world;
}
