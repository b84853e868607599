// timeout: 180
/** Text from elsewhere: names in files, names of files, labels, cells. It never steers the terminal, and never becomes part of a command. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMAT_NAMES, type FormatName, formatOf } from '../../src/lang/schema/formats/formats.js';
import { PROGRAM } from '../kit/cli.js';
import { run } from '../kit/command.js';
import { encodeFlow, PROTOCOL } from '../kit/flow.js';
import { ctqHere } from '../kit/here.js';
import { nameLabels } from '../kit/labels.js';
import { assertPrivateNamespace, useConntrack } from '../kit/namespace.js';
import { mustRequest } from '../kit/netlink.js';

assertPrivateNamespace();
const test = suite('text from elsewhere');
const EVIL = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202egpj';
/** Control codes but tabs and line ends, which formats write themselves. */
const STEERING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const FORMATS = FORMAT_NAMES.filter(
  format => !['groups', 'metrics', 'one grouped result'].includes(formatOf(format).requires ?? ''),
);

/** What a terminal would be sent: a pseudo terminal without colours, whose line ends are its own. */
function onTerminal(...args: readonly string[]): string {
  const quoted = args.map(arg => `'${arg.replaceAll("'", `'\\''`)}'`).join(' ');
  const { stdout } = run([
    'script',
    '-qec',
    `'${process.execPath}' '${PROGRAM}' --color never --no-config ${quoted}`,
    '/dev/null',
  ]);
  return stdout.replaceAll('\r\n', '\n');
}

const entry = (helper: string) => ({
  family: 'ipv4',
  proto: 'udp',
  orig: { src: '10.0.0.1', dst: '10.0.0.2', sport: 1, dport: 2 },
  reply: { src: '10.0.0.2', dst: '10.0.0.1', sport: 2, dport: 1 },
  status: ['CONFIRMED'],
  timeout: 30,
  helper,
  secctx: helper,
});

test.before(() => {
  useConntrack();
  writeFileSync('/run/evil.jsonl', `${JSON.stringify(entry(EVIL.slice(0, 14)))}\n`);
  nameLabels({ 5: `five${EVIL}`, 6: 'six' });
  mustRequest([
    encodeFlow({ proto: PROTOCOL.udp, orig: { src: '10.5.0.1', dst: '10.5.0.2', sport: 1, dport: 2 }, labels: [5, 6] }),
  ]);
});

/** A format with labels, which some always have. */
const withLabels = (format: FormatName): string =>
  formatOf(format).modifiers.includes('labels') ? `${format},labels` : format;

test('names that a snapshot holds, on a terminal, in every format', () => {
  for (const format of FORMATS) {
    const entries = onTerminal('-o', withLabels(format), "select from '/run/evil.jsonl'");
    assert.not.match(entries, STEERING, `${format}: ${JSON.stringify(entries)}`);
    if (['plain', 'extended', 'save'].includes(format)) continue;
    const columns = onTerminal('-o', format, "select helper, secctx, lower(helper) from '/run/evil.jsonl'");
    assert.not.match(columns, STEERING, `${format}: ${JSON.stringify(columns)}`);
    assert.match(columns, /owned|x1b|u001b|error/i, format);
  }
});

test('labels of connlabel.conf', () => {
  for (const format of FORMATS) {
    const text = onTerminal('-o', withLabels(format), 'select from conntrack where src = 10.5.0.1');
    assert.not.match(text, STEERING, `${format}: ${JSON.stringify(text)}`);
  }
});

test('names of files, namespaces and hosts in messages', async () => {
  for (const args of [
    [`select from '/run/${EVIL}'`],
    [`select from conntrack in netns "${EVIL}"`],
    ['--netns', EVIL, 'count conntrack'],
    ['-f', `/run/${EVIL}.ctq`],
    [`include '/run/${EVIL}'`],
    [`select from conntrack join '/run/${EVIL}' as h on src = h.ip`],
    [`select from conntrack output json to '/run/${EVIL}/x'`],
    ['--to', `/run/${EVIL}/x`, 'select from conntrack'],
    [`assert false, '${EVIL}'`],
    [`select "${EVIL}" from nothing`],
    ['-o', EVIL, 'select from conntrack'],
    ['--set', `a=${EVIL}`, 'echo 1'],
    [`--${EVIL}`],
    ['conntrack', '-L', '-p', EVIL],
    ['conntrack', '-R', `/run/${EVIL}`],
    ['translate', 'conntrack', '-L', '-l', EVIL],
  ]) {
    const { code, stdout, stderr } = await ctqHere(args);
    assert.ok(code !== 0, JSON.stringify(args));
    assert.not.match(stdout + stderr, STEERING, JSON.stringify([args, stdout, stderr]));
    assert.not.match(stderr, /internal/, JSON.stringify(args));
  }
});

test('cells of a file that is joined, and columns that it names', () => {
  writeFileSync('/run/hosts.csv', `ip,name,"col${EVIL}"\n10.5.0.1,"${EVIL}","=cmd|' /C calc'!A0"\n`);
  for (const format of ['table', 'box', 'markdown', 'vertical', 'json', 'jsonl', 'csv', 'tsv']) {
    const text = onTerminal('-o', format, "select src, h.name from conntrack join '/run/hosts.csv' as h on src = h.ip");
    assert.not.match(text, STEERING, `${format}: ${JSON.stringify(text)}`);
    assert.match(text, /owned/, format);
  }
});

test('nothing of a text is run: not by a pager, a host, a namespace, a file name', async () => {
  const trap = '/run/trap';
  mkdirSync('/run/bin', { recursive: true });
  // A program of that name notes its arguments, each on a line, in place of the real one.
  writeFileSync(
    '/run/bin/ssh',
    `#!/bin/sh\nfor a in "$@"; do printf '%s\\n' "$a"; done > /run/ssh-arguments\nexit 255\n`,
    { mode: 0o755 },
  );
  const env = { PATH: `/run/bin:${process.env.PATH}`, PAGER: `less; touch ${trap}` };
  for (const name of [
    `$(touch ${trap})`,
    `\`touch ${trap}\``,
    `; touch ${trap};`,
    `| touch ${trap}`,
    `-oProxyCommand=touch ${trap}`,
    `x\ntouch ${trap}\n`,
  ]) {
    for (const statement of [
      `select from conntrack in netns '${name}'`,
      `select from conntrack in ssh '${name}'`,
      `select from '${name}'`,
      `select from conntrack output json to '/run/none/${name}'`,
      `include '${name}'`,
    ]) {
      const { code } = await ctqHere([statement], { env });
      assert.ok(code !== 0, statement);
      assert.ok(!existsSync(trap), statement);
    }
  }
});

test.run();
