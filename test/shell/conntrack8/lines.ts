/**
 * Command lines of conntrack(8), made of options × commands × protocols × families; each is one text, split at its blanks. READING,
 * CHANGING and REFUSED are 648 in all; test/kernel/conntrack8.test.ts runs each by both programs, and conntrack8-translated.test.ts the
 * statements that they mean. Lines whose result differs on purpose are not here: docs/conntrack8.md has them, with their reasons.
 */

interface Family {
  readonly name: 'ipv4' | 'ipv6';
  readonly src: string;
  readonly dst: string;
  readonly network: string;
  readonly netmask: string;
  readonly other: string;
}

export const FAMILIES: readonly Family[] = [
  {
    name: 'ipv4',
    src: '10.0.0.1',
    dst: '10.0.0.2',
    network: '10.0.0.0/8',
    netmask: '255.255.0.0',
    other: '2001:db8::9',
  },
  {
    name: 'ipv6',
    src: '2001:db8::1',
    dst: '2001:db8::2',
    network: '2001:db8::/32',
    netmask: 'ffff:ffff::',
    other: '10.9.9.9',
  },
];

interface Keys {
  /** All that a new flow requires. */
  readonly create: string;
  /** One at a time. */
  readonly single: readonly string[];
  /** What names one flow. */
  readonly get: string;
  readonly bad: readonly string[];
}

const ports = (create: string, bad: readonly string[], single: readonly string[] = []): Keys => ({
  create: `--sport 1001 --dport 53${create}`,
  single: [
    '--sport 1001',
    '--dport 53',
    '--orig-port-src 7',
    '--reply-port-src 53',
    '--reply-port-dst 1001',
    ...single,
  ],
  get: '--sport 1001 --dport 53',
  bad: ['--mask-port-src 1', '--tuple-port-dst 2', '--icmp-type 8', '--srckey 1', ...bad],
});

export const PROTOCOLS: Readonly<Record<string, Keys>> = {
  tcp: ports(
    ' --state ESTABLISHED',
    ['--state OPEN', '--state established', '--role client'],
    ['--state ESTABLISHED', '--state LISTEN', '--state SYN_SENT2'],
  ),
  udp: ports('', ['--state NONE']),
  udplite: ports('', ['--state NONE']),
  sctp: ports(' --state CLOSED --orig-vtag 1 --reply-vtag 0x10203', ['--orig-vtag 1'], ['--state CLOSED']),
  dccp: ports(' --state OPEN --role client', ['--state ESTABLISHED', '--role client']),
  gre: {
    create: '--srckey 5 --dstkey 0x10',
    single: ['--srckey 5', '--dstkey 0x10', '--reply-key-src 16', '--reply-key-dst 5'],
    get: '--srckey 5 --dstkey 0x10',
    bad: ['--sport 1', '--mask-key-src 1', '--tuple-key-dst 1'],
  },
  icmp: {
    create: '--icmp-type 8 --icmp-code 0 --icmp-id 77',
    single: ['--icmp-type 8', '--icmp-code 0', '--icmp-id 77'],
    get: '--icmp-type 8 --icmp-code 0 --icmp-id 77',
    bad: ['--sport 1', '--icmpv6-type 128'],
  },
  icmpv6: {
    create: '--icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 77',
    single: ['--icmpv6-type 128', '--icmpv6-code 0', '--icmpv6-id 77'],
    get: '--icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 77',
    bad: ['--sport 1', '--icmp-type 8'],
  },
  '50': { create: '', single: [], get: '', bad: ['--sport 1'] },
};

export const fits = (protocol: string, { name }: Family): boolean =>
  !(protocol === 'icmp' && name === 'ipv6') && !(protocol === 'icmpv6' && name === 'ipv4');

/** Flows that the lines below find or not. */
export const BASE: readonly string[] = [
  ...FAMILIES.flatMap(family =>
    Object.entries(PROTOCOLS)
      .filter(([protocol]) => fits(protocol, family))
      .map(([protocol, { create }]) => `-I -t 1000 -s ${family.src} -d ${family.dst} -p ${protocol} ${create}`),
  ),
  '-I -t 2000 -u ASSURED,SEEN_REPLY -m 5 -s 10.0.0.3 -d 192.0.2.1 -p tcp --sport 3 --dport 80 --state ESTABLISHED --label-add five,six',
  '-I -t 2000 -u SEEN_REPLY -m 0x105 -s 10.0.0.4 -d 192.0.2.1 -p tcp --sport 4 --dport 80 --state TIME_WAIT --label-add six',
  '-I -t 2000 -w 7 -s 10.0.0.5 -d 192.0.2.1 -p udp --sport 5 --dport 53',
  '-I -t 2000 --orig-zone 8 -s 10.0.0.6 -d 192.0.2.1 -p udp --sport 6 --dport 53',
  '-I -t 2000 -s 10.0.0.7 -d 192.0.2.1 -p udp --sport 7 --dport 53 -n 203.0.113.1:4007',
  '-I -t 2000 -s 10.0.0.8 -d 192.0.2.2 -p udp --sport 8 --dport 53 -g 198.51.100.1:5353',
  '-I -t 2000 -s 10.0.0.9 -d 192.0.2.2 -p tcp --sport 9 --dport 25 --state SYN_SENT -n 203.0.113.2 -g 198.51.100.2',
  '-I -t 2000 -u FIXED_TIMEOUT -s 172.16.0.1 -d 192.0.2.9 -p 253',
];

const anyFamily: readonly string[] = [
  '',
  '-o extended',
  '-o id',
  '-o extended,id,labels',
  '-o labels',
  '-o ktimestamp',
  '-o e',
  '-o userspace',
  '-u ASSURED',
  '-u assured,seen_reply',
  '-u FIXED_TIMEOUT',
  '-u UNREPLIED',
  '-u EXPECTED',
  '-u OFFLOAD',
  '-m 5',
  '-m 0x5/0xff',
  '-m 0x105',
  '-m 5/0',
  '-w 7',
  '-w 0',
  '--orig-zone 8',
  '--orig-zone 0',
  '--reply-zone 0',
  '--reply-zone 9',
  '-l five',
  '-l five,six',
  '-l six -l five',
  '-n',
  '-g',
  '-j',
  '-n -g',
  '-n 203.0.113.1',
  '-n 203.0.113.1:4007',
  '-n 203.0.113.1:4008',
  '-g 198.51.100.1:5353',
  '-g 198.51.100.9',
  '-j 203.0.113.2',
  '-j 198.51.100.1:5353',
  '-n 203.0.113.2 -g 198.51.100.2',
  '-p 253',
  '-p 0xfd',
  '-p TCP',
  '-p ospf',
  '-p tcp -u ASSURED -m 5',
];

/** `-L`, `-L dying`, … and what they can be asked for. */
export const READING: readonly string[] = [
  ...anyFamily.map(options => `-L ${options}`.trim()),
  ...FAMILIES.flatMap(family => [
    `-L -f ${family.name}`,
    `-L -s ${family.src}`,
    `-L --orig-src=${family.src}`,
    `-L -d ${family.dst} -o extended`,
    `-L -s ${family.network}`,
    `-L -d ${family.network} -s ${family.src}`,
    `-L -s ${family.src} --mask-src ${family.netmask}`,
    `-L -d ${family.dst} --mask-dst ${family.netmask} -p udp`,
    `-L -r ${family.dst}`,
    `-L -q ${family.src}`,
    `-L --reply-src ${family.dst} --reply-dst ${family.src}`,
    `-L -f ${family.name} -p udp`,
    ...Object.entries(PROTOCOLS)
      .filter(([protocol]) => fits(protocol, family))
      .flatMap(([protocol, { single, get }]) => [
        `-L -p ${protocol} -f ${family.name}`,
        ...single.map(option => `-L -p ${protocol} ${option} -s ${family.network}`),
        `-L -p ${protocol} ${get} -s ${family.src} -d ${family.dst}`.replace(/ +/g, ' '),
        `-G -p ${protocol} ${get} -s ${family.src} -d ${family.dst} -o extended`.replace(/ +/g, ' '),
        `-G -p ${protocol} ${get} -s ${family.src} -d ${family.src}`.replace(/ +/g, ' '),
      ]),
  ]),
  '-G -p tcp -s 10.0.0.3 -d 192.0.2.1 --sport 3 --dport 80 -l five',
  '-G -p tcp -s 10.0.0.3 -d 192.0.2.1 --sport 3 --dport 80 -l last',
  '-G -p tcp -s 10.0.0.3 -d 192.0.2.1 --sport 3 --dport 80 --state CLOSE',
  '-G -p tcp -s 10.0.0.3 -d 192.0.2.1 --sport 3 --dport 80 -i 1',
  '-G -p tcp -s 10.0.0.3 -d 192.0.2.1 --sport 3 --dport 80 -o ktimestamp',
  '-G -p tcp -s 10.0.0.3 -d 192.0.2.1 --sport 3 --dport 80 -o extended,id,labels',
  '-L conntrack',
  '-L c',
  '--dump conn',
  '-L dying',
  '-L unconfirmed -p tcp',
  '-L expect',
  '-L exp -f ipv6',
  '-C',
  '--count',
  '-C expect',
  '-S expect',
  '-L -z',
  '-L -z -f ipv6',
  '-L word another',
  '-L -- -s nothing',
].filter(line => line !== '-L word another');

/** Lines that change the table; each begins with BASE. */
export const CHANGING: readonly string[] = [
  '-D',
  '-D -p udp',
  '-D -p udp -o extended',
  '-D -m 5',
  '-D -m 5/0xff',
  '-D -w 7',
  '-D -u ASSURED',
  '-D -l six',
  '-D -n',
  '-D -g 198.51.100.1:5353',
  '-D -f ipv6',
  '-D -s 10.0.0.0/8 -p tcp',
  '-D -s 10.0.0.0/8 -p tcp --state TIME_WAIT',
  '-D -d 192.0.2.1 -p udp --dport 53',
  '-D -s 10.77.0.1',
  '-D -i 1',
  '-D -r 192.0.2.1',
  '-D -q 203.0.113.1',
  '-D -p icmp --icmp-type 8',
  '-D -p gre --dstkey 16',
  '-D -p 50',
  '-D --orig-zone 8',
  '-F',
  '-F expect',
  '-U -s 10.0.0.3 -m 9',
  '-U -s 10.0.0.3 -m 5',
  '-U -s 10.0.0.4 -m 0x10/0xf0',
  '-U -s 10.0.0.3 -t 77',
  '-U -s 10.0.0.3 -u FIXED_TIMEOUT',
  '-U -s 10.0.0.3 -u ASSURED',
  '-U -s 10.0.0.3 -p tcp --state CLOSE',
  '-U -s 10.0.0.4 -p tcp --dport 80 -m 3 -o extended',
  '-U -s 10.0.0.3 --label-add last',
  '-U -s 10.0.0.3 --label-add five',
  '-U -s 10.0.0.3 --label-del six',
  '-U -s 10.0.0.3 --label-del',
  '-U -s 10.0.0.77 -m 1',
  '-U -f ipv6 -p udp -m 4',
  '-U -s 10.0.0.3 -l five -m 44',
  '-U -s 10.0.0.3 -l last -m 44',
  '-U -s 10.0.0.1 -p icmp --icmp-id 77 -m 46',
  ...FAMILIES.flatMap(family =>
    Object.entries(PROTOCOLS)
      .filter(([protocol]) => fits(protocol, family))
      .flatMap(([protocol, { create }]) =>
        ['-I', '-A'].flatMap(command => {
          const dst = family.name === 'ipv4' ? '10.1.1.1' : '2001:db8:1::1';
          return [
            `${command} -t 500 -s ${family.src} -d ${dst} -p ${protocol} ${create} -u SEEN_REPLY -m 3`,
            `${command} -t 500 -s ${family.src} -d ${family.dst} -p ${protocol} ${create}`,
          ].map(line => line.replace(/ +/g, ' '));
        }),
      ),
  ),
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -p udp --sport 1 --dport 2 -n 203.0.113.9:99',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -p udp --sport 1 --dport 2 -n 203.0.113.9 -g 198.51.100.9:77',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -p udp --sport 1 --dport 2 -w 3',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -p udp --sport 1 --dport 2 --orig-zone 3',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -p udp --sport 1 --dport 2 --reply-zone 3',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -p udp --sport 1 --dport 2 --orig-zone 3 --reply-zone 4',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -p udp --sport 1 --dport 2 -u EXPECTED',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -p udp --sport 1 --dport 2 -u UNSET -m 5/3',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -p udp --sport 1 --dport 2 --label-add five',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -r 10.2.0.9 -q 10.2.0.8 -p udp --sport 1 --dport 2 --reply-port-src 5 --reply-port-dst 6',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -r 10.2.0.9 -q 10.2.0.8 -p udp --sport 1 --dport 2',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -r 10.2.0.9 -p udp --sport 1 --dport 2',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -r 10.2.0.9 -q 10.2.0.8 -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 5',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -r 10.2.0.2 -q 10.2.0.1 -p gre --srckey 1 --dstkey 2 --reply-key-src 2 --reply-key-dst 1',
  '-D -s 10.0.0.0 --mask-src 255.0.0.0',
  '-D -d 192.0.2.9 --mask-dst 255.255.255.0 -p udp',
  '-U -s 10.0.0.0/30 -p tcp --dport 80 -m 8',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -p icmp --icmp-type 8 --icmp-code 0',
  '-I -t 500 -s 10.2.0.1 -d 10.2.0.2 -p icmp --icmp-type 3 --icmp-code 0',
  '-D expect -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1 --dport 2 --reply-port-src 1 --reply-port-dst 2',
  '-G expect -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1 --dport 2 --reply-port-src 1 --reply-port-dst 2',
  '-I expect -t 30 -s 10.0.0.99 -d 10.0.0.2 -p tcp --sport 1 --dport 2 --tuple-src 10.0.0.2 --tuple-dst 10.0.0.1 --mask-src 255.255.255.255 --mask-dst 255.255.255.255 --tuple-port-src 0 --tuple-port-dst 9 --mask-port-src 0 --mask-port-dst 65535',
].map(line => line.trim());

const COMMANDS = ['-L', '-G', '-D', '-I', '-A', '-U', '-E', '-F', '-C', '-S', '-L expect', '-E expect', '-F expect'];

/** Options that some commands do not have. */
const OPTIONS = [
  '-t 5',
  '-z',
  '-e NEW',
  '--tuple-src 1.1.1.1',
  '--mask-src 255.0.0.0',
  '--mask-dst 255.0.0.0',
  '-i 5',
  '-f ipv4',
  '-c 1',
  '-b 1000',
  '-j',
  '-w 1',
  '-l five',
  '--label-add five',
  '--orig-zone 1',
];

/** What the kernel is asked for by these is what the other lists are about: here they are refused or not. */
const POSSIBLE =
  /^(-L (-z|-f|-j|-w|-l|-c|--orig)|-D (-t|-i|-f|-w|-l|--orig)|-U (-t|-i|-f|-l|--label)|-E (-e|-f|-c|-b|-j|-w|-l|--orig)|-F -f|-L expect -f)/;

/** Lines that are refused, with exit code 1 or 2. */
export const REFUSED: readonly string[] = [
  ...COMMANDS.flatMap(command => OPTIONS.map(option => `${command} ${option}`)).filter(line => !POSSIBLE.test(line)),
  ...Object.entries(PROTOCOLS).flatMap(([protocol, { bad }]) => bad.map(option => `-L -p ${protocol} ${option}`)),
  ...Object.entries(PROTOCOLS).flatMap(([protocol, { create }]) => {
    // Each option of a new flow left out in turn.
    const parts = create.split(' --').map((part, index) => (index === 0 ? part : `--${part}`));
    const needed = parts.filter(part => part !== '' && !part.includes('-id'));
    return needed.map(part => {
      const rest = parts.filter(each => each !== part).join(' ');
      return `-I -t 5 -s 10.3.0.1 -d 10.3.0.2 -p ${protocol} ${rest}`.trim();
    });
  }),
  ...FAMILIES.flatMap(({ src, dst, other, name }) => [
    `-L -s ${src} -d ${other}`,
    `-L -f ${name === 'ipv4' ? 'ipv6' : 'ipv4'} -s ${src}`,
    `-D -s ${src} -q ${other}`,
    `-L -r ${src}/8`,
    `-L -s ${src}/129`,
    `-L -s ${src}/x`,
    `-I -t 5 -p 50 -s ${src}`,
    `-I -p 50 -s ${src} -d ${dst}`,
    `-I -t 5 -s ${src} -d ${dst}`,
    `-L -n ${src} -s ${other}`,
  ]),
  '-L -L',
  '-L -D',
  '-L nothing',
  '-D dying',
  '-F unconfirmed',
  '-U expect',
  '-A expect',
  '-L -s',
  '-L -Y',
  '-L --nothing',
  '-L --s 1.1.1.1',
  '-L --sport 1',
  '-L -p nothing',
  '-L -p 256',
  '-L -s nowhere',
  '-L -f inet',
  '-L -o nothing',
  '-L -o id,',
  '-L -o save,id',
  '-L -u nothing',
  '-L -u UNSET',
  '-L -u SRC_NAT',
  '-L -u ASSURED,',
  '-E -e nothing',
  '-L -l nothing',
  '-U -s 10.0.0.1 --label-add nothing',
  '-U --label-add five --label-del six',
  '-L -z -p tcp',
  '-L -z -m 5',
  '-L -j -n',
  '-L -n 1.1.1.1:x',
  '-L -n 1.1.1.1:',
  '-L -n 1.1.1.1:65536',
  '-L -n [1::1',
  '-L -n []:5',
  '-L -g 1.1.1.1/8',
  '-L --mask-src 255.0.0.0',
  '-D --mask-dst 255.0.0.0',
  '-p tcp',
  '-s 1.1.1.1',
  '-R',
  '-R /nowhere/at/all',
  '-L -R /dev/null',
  '-I',
  '-A',
  '-G -p tcp -s 10.0.0.1 -d 10.0.0.2',
  '-G -s 10.0.0.1 -d 10.0.0.2',
  '-G -p tcp -s 10.0.0.1 --sport 1 --dport 2',
  '-D expect -s 10.0.0.1',
  '-I expect -p tcp -s 10.0.0.1 -d 10.0.0.2',
  '-U',
  '-U -s 10.0.0.1',
];

export const wordsOf = (line: string): readonly string[] => line.split(' ');
