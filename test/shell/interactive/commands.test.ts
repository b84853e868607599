/** Lines that are not statements: commands, words of other shells, bare addresses. */
import { homedir } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CtqError } from '../../../src/engine/errors.js';
import { type CommandContext, pathOf } from '../../../src/shell/interactive/commands/command.js';
import { copyOf } from '../../../src/shell/interactive/commands/copy.js';
import { foreignCommand } from '../../../src/shell/interactive/commands/foreign.js';
import { inputOf } from '../../../src/shell/interactive/commands/input.js';
import { meantByOwnLine, shellWords } from '../../../src/shell/interactive/commands/own-line.js';
import { PSQL_COMMANDS, SAME_AS } from '../../../src/shell/interactive/commands/psql.js';
import { COMMANDS } from '../../../src/shell/interactive/commands.js';
import { describing, statementMeant } from '../../../src/shell/session/shorthand.js';

const test = suite('commands of the shell');

const named = (text: string): string | undefined => {
  const input = inputOf(text);
  return input?.kind === 'dot' || input?.kind === 'backslash'
    ? `${input.kind} ${input.name} ${input.rest}`.trim()
    : input?.kind;
};

test('words that leave, and words that ask for help', () => {
  for (const text of ['quit', 'exit', 'EXIT;', ':q', ':q!', ' quit ']) assert.is(named(text), 'dot quit', text);
  for (const text of ['?', 'h', ':help']) assert.is(named(text), 'dot help', text);
  assert.is(named('? select'), 'dot help select');
  assert.is(named('\\q'), 'backslash q');
  assert.is(named('.help select;'), 'dot help select');
});

test('a switch with a third value names all three', () => {
  const context = { shell: { setting: () => 'auto' } } as unknown as CommandContext;
  assert.throws(
    () => COMMANDS.expanded.run('maybe', context),
    ({ message }: Error) => message === "invalid .expanded 'maybe': expected on, off or auto",
  );
});

test('commands of psql and of the system', () => {
  assert.is(named('\\d conntrack'), 'backslash d conntrack');
  assert.is(named('\\d+ stats;'), 'backslash d stats');
  assert.is(named('!ip route'), 'dot shell ip route');
  assert.is(named('\\! ls -l'), 'backslash ! ls -l');
  assert.equal(inputOf('select from conntrack \\watch 5'), {
    kind: 'ended',
    statement: 'select from conntrack',
    name: 'watch',
    rest: '5',
  });
  assert.equal(inputOf('select src\nfrom conntrack\\G'), {
    kind: 'ended',
    statement: 'select src\nfrom conntrack',
    name: 'G',
    rest: '',
  });
});

test('a statement that ends with a file or a program for its result', () => {
  const ended = (text: string): string => {
    const input = inputOf(text);
    return input?.kind === 'ended' ? `${input.statement} ${input.name} ${input.rest}` : String(input?.kind);
  };
  assert.is(ended('select from conntrack \\g x.csv'), 'select from conntrack g x.csv');
  assert.is(ended('select from conntrack;\\g|wc -l'), 'select from conntrack g |wc -l');
  assert.is(ended('select from conntrack \\gx | less'), 'select from conntrack gx | less');
  assert.is(ended("echo 'a\\g b'"), 'undefined');
  assert.is(ended('select from conntrack \\gset'), 'undefined');
});

test('paths: ~ is expanded where there are no quotes', () => {
  const home = homedir();
  for (const [written, path] of [
    ['~/x.csv', `${home}/x.csv`],
    ['~', home],
    ["'~/x.csv'", '~/x.csv'],
    ['"a b"', 'a b'],
    ["'it''s'", "it's"],
    ['~else/x', '~else/x'],
    ['a~/x', 'a~/x'],
    ["'", "'"],
  ])
    assert.is(pathOf(written, '.once'), path, written);
  assert.throws(() => pathOf('', '.once'), /\.once requires a file name/);
  assert.is(describing('~/x.csv'), `describe '${home}/x.csv'`);
  assert.equal(shellWords("ctq ~/x '~/y' a~/z"), ['ctq', `${home}/x`, '~/y', 'a~/z']);
});

test('\\copy as psql writes it', () => {
  const meant = (rest: string): string => {
    try {
      const { select, output, command } = copyOf(rest);
      return `${select} ${output}${command === undefined ? '' : ` | ${command}`}`;
    } catch (error) {
      const { message, hint } = error as CtqError;
      return `${message} | ${hint}`;
    }
  };
  for (const [rest, wanted] of [
    ['(select src from conntrack) to file.csv', "select src from conntrack output to 'file.csv'"],
    ["conntrack to 'x.csv' csv header", "select from conntrack output csv to 'x.csv'"],
    ["conntrack to 'x.csv' with (format csv, header true);", "select from conntrack output csv to 'x.csv'"],
    ['conntrack (src, dst) to x.txt', "select src, dst from conntrack output tsv to 'x.txt'"],
    ['conntrack to x.txt csv', "select from conntrack output csv to 'x.txt'"],
    ['conntrack to x.csv header off', "select from conntrack output csv, noheader to 'x.csv'"],
    ["conntrack to 'it''s.json'", "select from conntrack output to 'it''s.json'"],
    ['conntrack to ~/x.csv', `select from conntrack output to '${homedir()}/x.csv'`],
    ['(select src from conntrack) to stdout csv', 'select src from conntrack output csv'],
    ["conntrack to program 'wc -l'", 'select from conntrack output tsv | wc -l'],
    ["conntrack from 'x.csv'", "invalid \\copy | to read a file: insert into conntrack from 'x.save'"],
    ['contrack to x.csv', "unknown table 'contrack' | did you mean conntrack?"],
    [
      "conntrack to x.csv delimiter ';'",
      "\\copy has no option 'delimiter' | options are csv, tsv, json and the other formats, and header",
    ],
  ])
    assert.is(meant(rest), wanted, rest);
});

test('command lines of ctq itself, typed or pasted', () => {
  const words = (text: string): readonly string[] | undefined => {
    const input = inputOf(text);
    return input?.kind === 'own' ? input.words : undefined;
  };
  for (const text of ['ctq "count conntrack"', "$ ctq 'count conntrack'", '# ctq "count conntrack";'])
    assert.equal(words(text), ['count conntrack'], text);
  assert.equal(words('root@gw:~# sudo ctq count conntrack'), ['count', 'conntrack']);
  assert.equal(words('ctq "select from conntrack\nwhere helper = \\"ftp\\""'), [
    'select from conntrack\nwhere helper = "ftp"',
  ]);
  assert.equal(words('ctq'), []);
  for (const text of ['ctq "count', '# a comment', 'ctqx', '$ ctqx', "echo 'ctq'"])
    assert.is(words(text), undefined, text);
  const meant = (text: string): string => {
    try {
      return meantByOwnLine(words(text)!)
        .map(each => `${each.kind} ${Object.values(each)[1]}`)
        .join('; ');
    } catch (error) {
      const { message, hint } = error as CtqError;
      return `${message} | ${hint}`;
    }
  };
  assert.is(meant('ctq "count conntrack"'), 'query count conntrack');
  assert.is(meant('ctq count conntrack'), 'query count conntrack');
  assert.is(meant("ctq -e 'echo 1' -e 'echo 2'"), 'query echo 1; query echo 2');
  assert.equal(meantByOwnLine(words('ctq top --group source')!), [
    { kind: 'top', arguments: { words: [], group: 'source' } },
  ]);
  assert.is(meant('ctq -L -p tcp'), 'conntrack -L,-p,tcp');
  assert.is(meant('ctq'), 'this is the shell of ctq | type a statement: count conntrack; or help');
  assert.is(
    meant('ctq --netns blue "count conntrack"'),
    '--netns is an option of the command line | in the shell: use netns blue',
  );
  assert.is(meant('ctq "count conntrack" -o json').split(' | ')[1].slice(0, 26), 'in the shell: .mode json, ');
  assert.is(meant('ctq "select from conntrack" | wc -l').split(' | here: ')[1], 'select from conntrack; | wc -l');
  assert.match(meant('ctq demo'), /run it outside of the shell: !ctq demo/);
});

test('quit on a line of its own leaves, also after a statement that has not run', () => {
  for (const text of ['select from conntrack\nquit', 'select from conntrack\n \\q', 'select from conntrack;\nexit;'])
    assert.is(named(text), 'dot quit', text);
  assert.is(named('select src as\nquit'), undefined);
});

test('commands of other shells are answered with what to type', () => {
  for (const name of ['dump', 'open', 'du', 'df', 'import']) assert.ok(foreignCommand(name), name);
  for (const name of Object.keys(COMMANDS)) assert.is(foreignCommand(name), undefined, name);
});

test('the names of psql lead to commands that exist', () => {
  for (const name of Object.values(SAME_AS)) assert.ok(Object.hasOwn(COMMANDS, name), name);
  for (const name of Object.keys(PSQL_COMMANDS)) assert.not.ok(Object.hasOwn(SAME_AS, name), name);
});

test('statements are not commands', () => {
  for (const text of [
    'help',
    'help select',
    'select from conntrack',
    'echo 1',
    'quit now',
    'select \\',
    "echo 'a\\gb'",
    'conntrack\n-L',
    '',
    '.5',
  ])
    assert.is(inputOf(text), undefined, text);
});

test('what a bare line means', () => {
  for (const [line, statement] of [
    ['conntrack', 'select from conntrack'],
    ['Expect;', 'select from expect'],
    ['10.0.0.1', 'select from conntrack where host = 10.0.0.1'],
    ['10.0.0.0/8', 'select from conntrack where host in 10.0.0.0/8'],
    ['10.0.0.1:443', 'select from conntrack where host = 10.0.0.1:443'],
    ['[2001:db8::1]:443', 'select from conntrack where host = [2001:db8::1]:443'],
    ['2001:db8::/32', 'select from conntrack where host in 2001:db8::/32'],
    ['kill 10.0.0.1', 'delete from conntrack where host = 10.0.0.1'],
    ['tcp', 'select from conntrack where proto = tcp'],
    ['desc stats', 'describe stats'],
    ['desc hosts.csv', "describe 'hosts.csv'"],
    ["desc 'my hosts'", "describe 'my hosts'"],
    ['tables', 'show tables'],
    ['src = 10.0.0.1', 'select from conntrack where src = 10.0.0.1'],
    ['dst 10.0.0.0/8', 'select from conntrack where dst in 10.0.0.0/8'],
    ['bytes>1M and proto = tcp;', 'select from conntrack where bytes>1M and proto = tcp'],
    ['status has ASSURED', 'select from conntrack where status has ASSURED'],
    [':443', 'select from conntrack where port = 443'],
    ['udp 53', 'select from conntrack where proto = udp and port = 53'],
    ['10.0.1.4 and (22 or 5432)', 'select from conntrack where host = 10.0.1.4 and (port = 22 or port = 5432)'],
    ['not (22 or 80) tcp', 'select from conntrack where not (port = 22 or port = 80) and proto = tcp'],
    ['10.0.1.2-10.0.1.3', 'select from conntrack where host in (10.0.1.2..10.0.1.3)'],
    ['src 10.0.1.2-10.0.1.3', 'select from conntrack where src in (10.0.1.2..10.0.1.3)'],
    ['10.0.0.1 -> 10.0.0.2', 'select from conntrack where src = 10.0.0.1 and dst = 10.0.0.2'],
    ['10.0.1.4 or 22', 'select from conntrack where host = 10.0.1.4 or port = 22'],
    ['localhost', 'select from conntrack where host in (127.0.0.1, ::1)'],
    ['count 10.0.1.2', 'count conntrack where host = 10.0.1.2'],
    ['port 53', 'select from conntrack where port = 53'],
    ['dns', 'select from conntrack where port = domain'],
    ['10.0.0.1 443', 'select from conntrack where host = 10.0.0.1 and port = 443'],
    ['dport 443', 'select from conntrack where dport = 443'],
    ['tcp dport https 10.0.0.0/8', 'select from conntrack where proto = tcp and dport = https and host in 10.0.0.0/8'],
    ['state time-wait', 'select from conntrack where state = TIME_WAIT'],
    ['unreplied udp', 'select from conntrack where status has UNREPLIED and proto = udp'],
    ['snat', 'select from conntrack where nat has src'],
    ['ct state established', 'select from conntrack where status has SEEN_REPLY'],
    [
      'ip saddr 10.0.0.0/8 tcp dport { 80, 443 }',
      'select from conntrack where src in 10.0.0.0/8 and proto = tcp and dport in (80, 443)',
    ],
    ['dst port 443 and src 10.0.0.1', 'select from conntrack where dport = 443 and src = 10.0.0.1'],
    ['not port 22', 'select from conntrack where not (port = 22)'],
    ['udp and portrange 8000-8999', 'select from conntrack where proto = udp and port in (8000..8999)'],
    ['src host 10.0.0.1', 'select from conntrack where src = 10.0.0.1'],
    ['net 10.0.1.0/24', 'select from conntrack where host in 10.0.1.0/24'],
    ['-p tcp --dport 22 -s 10.0.0.1', 'select from conntrack where proto = tcp and dport = 22 and src = 10.0.0.1'],
    ['ct mark 5', 'select from conntrack where mark = 5'],
    ['kill udp 53', 'delete from conntrack where proto = udp and port = 53'],
    ['kill src = 10.0.0.1', 'delete from conntrack where src = 10.0.0.1'],
    ['kill dport in (22, 80) and proto = tcp;', 'delete from conntrack where dport in (22, 80) and proto = tcp'],
    ['10.0.0.1 or 10.0.0.2', 'select from conntrack where host = 10.0.0.1 or host = 10.0.0.2'],
    ['kill 10.0.0.1 or 10.0.0.2', 'delete from conntrack where host = 10.0.0.1 or host = 10.0.0.2'],
    ['port 22 OR port 80', 'select from conntrack where port = 22 or port = 80'],
    ['kill dport 22 or 80 or https', 'delete from conntrack where dport = 22 or dport = 80 or dport = https'],
    ['src 10.0.0.1 or 10.0.0.2', 'select from conntrack where src = 10.0.0.1 or src = 10.0.0.2'],
    ['tcp or udp', 'select from conntrack where proto = tcp or proto = udp'],
    ['dns or 10.0.0.0/8', 'select from conntrack where port = domain or host in 10.0.0.0/8'],
    ['udp 53 or tcp 53', 'select from conntrack where (proto = udp and port = 53) or (proto = tcp and port = 53)'],
  ])
    assert.is(statementMeant(line), statement, line);
  for (const line of [
    '10.0.0.256',
    '1.5',
    '10',
    'kill',
    'kill all',
    'a:b',
    'feed',
    'src',
    'flush',
    '::',
    'conntrack x',
    'use netns blue',
    'src 10.0.0.256',
    'x = 1',
    'udp 70000',
    'dport x',
    'show tcp',
    'tcp 22 or 80',
    'kill 10.0.0.1 443 or 10.0.0.2',
    'kill not 10.0.0.1 or 10.0.0.2',
    'kill 10.0.0.1 or not 10.0.0.2',
    'kill 10.0.0.1 or',
    'or 10.0.0.1',
    '10.0.0.1 or or 10.0.0.2',
    '10.0.1.4 22 or 5432',
    'tcp or udp 53',
    'port 22 port 80',
    'kill port 22 port 80',
    'count conntrack',
    'count src',
    '22 or 80',
    'dport 22 or x',
    'kill x = 1',
    'kill src',
    'not',
    'dport { 80, x }',
    'none',
    'kill 53',
    'src',
    'state',
  ])
    if (line !== '::') assert.is(statementMeant(line), undefined, line);
});

test('a command line of conntrack(8)', () => {
  assert.equal(inputOf('conntrack -L -p tcp;'), { kind: 'conntrack', words: ['-L', '-p', 'tcp'] });
  assert.equal(inputOf('sudo conntrack -L | wc -l'), { kind: 'conntrack', words: ['-L'], pipe: 'wc -l' });
  assert.equal(inputOf('-L -p tcp'), { kind: 'conntrack', words: ['-L', '-p', 'tcp'] });
  assert.is(inputOf('-- a comment'), undefined);
  assert.equal(inputOf('help .mode'), { kind: 'dot', name: 'help', rest: '.mode' });
  assert.equal(inputOf('top dport = 443;'), { kind: 'dot', name: 'top', rest: 'dport = 443' });
  assert.equal(inputOf('exit()'), { kind: 'dot', name: 'quit', rest: '' });
  assert.is(inputOf('conntrack -')?.kind, 'conntrack');
});

test.run();
