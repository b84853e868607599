// timeout: 600
/** All that `-o`, `-e`, `-b` and filters do to what is listed and to events, by conntrack(8) and by ctq in one namespace. */
import { renameSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runConntrack } from '../../src/shell/conntrack8/run.js';
import { must } from '../kit/command.js';
import { nameLabels } from '../kit/labels.js';
import { setSysctl, useConntrack } from '../kit/namespace.js';
import { conntrack, conntrackEvents, netfilterSockets } from '../kit/oracle.js';
import { until } from '../kit/until.js';
import { LABELS, ours, RULES } from '../shell/conntrack8/programs.js';

const test = suite('output and events of command lines');

const TABLE = [
  '-I -t 1000 -s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1 --dport 2 --state ESTABLISHED -u ASSURED,SEEN_REPLY -m 3 --label-add five',
  '-I -t 1000 -s 2001:db8::1 -d 2001:db8::2 -p udp --sport 1 --dport 2',
  '-I -t 1000 -w 7 -s 10.0.0.3 -d 10.0.0.2 -p udp --sport 1 --dport 2 -n 203.0.113.3:7',
];

test.before(() => {
  nameLabels(LABELS);
  useConntrack();
  must(['nft', '-f', '-'], { input: RULES });
  for (const name of ['acct', 'timestamp', 'events']) setSysctl(`net/netfilter/nf_conntrack_${name}`, 1);
  for (const line of TABLE) assert.is(conntrack(line.split(' ')).code, 0, line);
});

/** Without what changes from one moment to the next, in an order of its own. */
const steady = (text: string): string =>
  text
    .replaceAll(/^((?:\S+ +\d+ )?\w+ +\d+) \d+ /gm, '$1 ')
    .replaceAll(/<timeout>\d+/g, '<timeout>')
    .replaceAll(/use=\d+|<use>\d+/g, 'use')
    .replaceAll(/delta-?time(=|>)\d+/g, 'delta')
    .replaceAll(/^(cpu=.*)$/gm, (_, line: string) => line.replaceAll(/=\d+/g, '='))
    .split('\n')
    .sort()
    .join('\n');

const OUTPUTS = [
  ...[
    'extended',
    'id',
    'ktimestamp',
    'timestamp',
    'labels',
    'userspace',
    'xml',
    'extended,id',
    'e,i,k',
    'xml,id,extended',
  ],
  ...[
    'xml,ktimestamp',
    'xml,timestamp',
    'xml,labels',
    'xml,userspace',
    'extended,id,ktimestamp,labels,userspace,timestamp',
  ],
];
const GET = '-G -p tcp -s 10.0.0.1 -d 10.0.0.2 --sport 1 --dport 2';
const UPDATE = '-U -s 10.0.0.1 -t 1000 -m 4';
/** Where all of them are tried, and where a few. */
const LISTING = ['-L', '-L -f ipv6', GET, UPDATE];
const OTHERS = [
  ...['-L -p tcp', '-L -l five', '-L -z', '-C', '-S', '-L expect', '-C expect', '-S expect', '-L dying', '-L dying -z'],
  ...['-G -p udp -s 10.9.9.9 -d 10.0.0.2 --sport 1 --dport 2', '-F', '-I', '-D -s 10.9.9.9'],
];
const LINES = [
  ...LISTING.flatMap(command => OUTPUTS.map(output => ({ command, output }))),
  ...OTHERS.flatMap(command =>
    ['extended,id', 'xml', 'labels,ktimestamp,userspace'].map(output => ({ command, output })),
  ),
];
/** conntrack(8) leaves out the beginning or the end of a document, where ctq writes all of it. */
const HALF_A_DOCUMENT = /^-[GUD] |^-L (expect|dying)/;

test('every output of every command', async () => {
  const differences: string[] = [];
  let compared = 0;
  for (const { command, output } of LINES) {
    if (output.includes('xml') && HALF_A_DOCUMENT.test(command)) continue;
    const words = [...command.split(' '), '-o', output];
    // Both begin with the mark that they change.
    if (command === UPDATE) conntrack(['-U', '-s', '10.0.0.1', '-m', '3']);
    const expected = conntrack(words);
    if (command === UPDATE) conntrack(['-U', '-s', '10.0.0.1', '-m', '3']);
    const actual = await ours(words);
    const [want, have] = [steady(expected.stdout), steady(actual.stdout)];
    if (want !== have || expected.code !== actual.code)
      differences.push(`${words.join(' ')}: ${actual.code}\n${have}\nnot ${expected.code}\n${want}`);
    compared++;
  }
  assert.is(differences.join('\n'), '');
  assert.ok(compared > 70, `${compared}`);
});

test('without connlabel.conf, what asks for labels says so and continues, as often as conntrack(8) does', async () => {
  const file = '/etc/xtables/connlabel.conf';
  const lines = [
    ...[
      '-L -o labels',
      '-L -o labels -o id',
      '-L -o id -o labels',
      '-L -o xml,labels',
      '-L expect -o labels',
      '-L -l five',
    ],
    ...[
      '-U -s 10.0.0.1 --label-add five',
      '-U -s 10.9.9.9 --label-del',
      '-C -o labels',
      '-L -o labels,x',
      '-L -o labels -s x',
    ],
    '-L -o id',
  ];
  const complaints = ({ stderr }: { stderr: string }): readonly string[] =>
    stderr.split('\n').filter(line => line.startsWith('nfct_'));
  renameSync(file, `${file}.away`);
  try {
    for (const line of lines) {
      const [want, have] = [conntrack(line.split(' ')), await ours(line.split(' '))];
      assert.equal(complaints(have), complaints(want), line);
      assert.is(have.code, want.code, line);
    }
  } finally {
    renameSync(`${file}.away`, file);
  }
});

interface Watching {
  readonly text: () => string;
  readonly said: () => string;
  readonly end: (signal: 'SIGINT' | 'SIGTERM') => Promise<number>;
}

/** Starts ctq's own program with `-E` in this process, and returns when it is subscribed. */
async function watching(args: readonly string[]): Promise<Watching> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  let [shown, said] = ['', ''];
  stdout.on('data', chunk => {
    shown += String(chunk);
  });
  stderr.on('data', chunk => {
    said += String(chunk);
  });
  const listeners = new Map<string, () => void>();
  const signals = {
    on: (signal: string, listener: () => void) => listeners.set(signal, listener),
    off: (signal: string) => listeners.delete(signal),
  };
  const before = netfilterSockets();
  const ended = runConntrack(['-E', ...args], { stdin: Readable.from([]), stdout, stderr, env: {}, ...signals });
  await until('ctq to subscribe', () =>
    [...netfilterSockets()].some(([port, groups]) => groups !== 0 && !before.has(port)),
  );
  return {
    text: () => shown,
    said: () => said,
    end: signal => {
      listeners.get(signal)?.();
      return ended;
    },
  };
}

/** A flow that all filters below let through. */
const MARKER =
  '-I -t 1000 -w 7 -s 10.0.0.9 -d 10.0.0.2 -p tcp --sport 9999 --dport 2 --state ESTABLISHED -m 5 -n 203.0.113.9:9999 --label-add five';
const EVENTS = [
  '-I -t 1000 -s 10.1.0.1 -d 10.0.0.2 -p tcp --sport 11 --dport 2 --state ESTABLISHED -m 5',
  '-U -s 10.1.0.1 -m 6',
  '-I -t 1000 -s 2001:db8::5 -d 2001:db8::2 -p udp --sport 12 --dport 2',
  '-I -t 1000 -w 7 -s 10.1.0.3 -d 10.0.0.2 -p udp --sport 13 --dport 2 -g 198.51.100.3:7',
  '-I -t 1000 -s 10.1.0.4 -d 10.0.0.2 -p icmp --icmp-type 8 --icmp-code 0 --icmp-id 14',
  '-D -s 10.1.0.1',
  '-D -s 10.1.0.3',
  '-D -s 10.1.0.4',
  '-D -s 2001:db8::5',
];

const WATCHES: readonly string[] = [
  '',
  ...OUTPUTS.map(output => `-o ${output}`),
  ...['-e NEW', '-e DESTROY', '-e NEW,DESTROY', '-e ALL', '-e UPDATES,NEW -e DESTROY', '-e NEW -o xml'],
  ...[
    '-p tcp',
    '-p tcp --dport 2',
    '-s 10.0.0.0/8',
    '-s 10.0.0.9 -o extended',
    '-m 5',
    '-m 4/4',
    '-w 7',
    '-n',
    '-j',
    '-n 203.0.113.9',
  ],
  ...['-b 1000000', '-f ipv4 -o id', '-q 203.0.113.9'],
];

const moment = (text: string): string =>
  text
    .replaceAll(/^\[\d+\.\d+ *\]\t/gm, '[time]\t')
    .replaceAll(/ progname=\S+/g, '')
    .replaceAll(/<when>.*?<\/when>/g, '<when/>')
    .replaceAll(/delta-?time(=|>)\d+/g, 'delta')
    .replaceAll(/use=\d+|<use>\d+/g, 'use');

for (const options of WATCHES) {
  test(`-E ${options}`, async () => {
    const args = options.split(' ').filter(word => word !== '');
    const oracle = await conntrackEvents(args);
    const own = await watching(args);
    for (const line of [...EVENTS, MARKER, '-D -p tcp --dport 2 -s 10.0.0.9'])
      assert.is(conntrack(line.split(' ')).code, 0, line);
    const last =
      options.includes('-e NEW') && !options.includes('DESTROY') ? /NEW|type="new"/ : /DESTROY|type="destroy"/;
    const seen = (text: string): boolean =>
      text.split(/\n|(?=<flow)/).some(each => last.test(each) && each.includes('9999'));
    await until('the last event', () => seen(oracle.stdout) && seen(own.text()));
    await oracle.stop('SIGINT');
    assert.is(await own.end('SIGINT'), 0);
    assert.is(moment(own.text()), moment(oracle.stdout));
    const summary = /\d+ flow events have been shown\.\n$/;
    assert.is(summary.exec(own.said())?.[0], summary.exec(oracle.stderr)?.[0]);
  });
}

test('-E -o save writes command lines, as conntrack(8) does, with nothing left out', async () => {
  const oracle = await conntrackEvents(['-o', 'save']);
  const own = await watching(['-o', 'save']);
  for (const line of [...EVENTS, MARKER, '-D -p tcp --dport 2 -s 10.0.0.9']) conntrack(line.split(' '));
  await until('the last event', () => [oracle.stdout, own.text()].every(text => /-D .*9999/.test(text)));
  await oracle.stop('SIGTERM');
  assert.is(await own.end('SIGTERM'), 0);
  const commands = (text: string): string[] => text.split('\n').map(line => line.slice(0, 2));
  assert.equal(commands(own.text()), commands(oracle.stdout));
  assert.match(own.said(), /\d+ flow events have been shown\.\n$/);
});

test.run();
