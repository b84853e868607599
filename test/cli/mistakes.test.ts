// timeout: 300
/** Every kind of wrong query and of failure: what is said, and with which exit status. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PROGRAM } from '../kit/cli.js';
import { must, run } from '../kit/command.js';
import { ctqHere } from '../kit/here.js';

const mistakes = suite('mistakes');

/** Query, the report; both unchanged on a terminal of any width. */
const CASES: readonly (readonly [kind: string, query: string, report: string])[] = [
  [
    'an unknown word',
    'slect from conntrack',
    `error: expected 'select', got 'slect'
  ╭─ 1:1
1 │ slect from conntrack
  │ ^^^^^
  ╰─ hint: did you mean \`select\`?
`,
  ],
  [
    'an unknown field, and no second mistake for what is next to it',
    'select from conntrack where stat = ESTABLISHED',
    `error: unknown field 'stat' in conntrack
  ╭─ 1:29
1 │ select from conntrack where stat = ESTABLISHED
  │                             ^^^^
  ╰─ hint: did you mean state?
`,
  ],
  [
    'an unknown table',
    'select from conntrak',
    `error: unknown table 'conntrak'
  ╭─ 1:13
1 │ select from conntrak
  │             ^^^^^^^^
  ╰─ hint: did you mean conntrack?
`,
  ],
  [
    'types that do not go together',
    'select from conntrack where src = 5',
    `error: an address cannot be compared with an integer
  ╭─ 1:29
1 │ select from conntrack where src = 5
  │                             ^^^^^^^
`,
  ],
  [
    'a clause that requires another one, as a whole',
    'watch from conntrack keep  1d, 20GiB',
    `error: keep requires into
  ╭─ 1:22
1 │ watch from conntrack keep  1d, 20GiB
  │                      ^^^^^^^^^^^^^^^
  ╰─ hint: write: into 'history' keep 1d, 20GiB
`,
  ],
  [
    'an unclosed text',
    "select from conntrack where state = 'x",
    `error: missing closing '
  ╭─ 1:37
1 │ select from conntrack where state = 'x
  │                                     ^
  ╰─ hint: double a ' within the text
`,
  ],
  [
    'a bad address',
    'select from conntrack where src = 10.0.0.256',
    `error: 10.0.0.256: 256 is not an octet
  ╭─ 1:42
1 │ select from conntrack where src = 10.0.0.256
  │                                          ^^^
  ╰─ hint: octets are 0 to 255
`,
  ],
  [
    'a bad network',
    'select from conntrack where src = 10.0.0.0/33',
    `error: an IPv4 prefix has at most 32 bits
  ╭─ 1:44
1 │ select from conntrack where src = 10.0.0.0/33
  │                                            ^^
`,
  ],
  [
    'a number out of range',
    'select from conntrack where dport = 65536',
    `error: 65536 is out of range: dport is 0 to 65535
  ╭─ 1:37
1 │ select from conntrack where dport = 65536
  │                                     ^^^^^
`,
  ],
  [
    'an unknown value',
    'select from conntrack where state = ESTABLISHT',
    `error: unknown state 'ESTABLISHT'
  ╭─ 1:37
1 │ select from conntrack where state = ESTABLISHT
  │                                     ^^^^^^^^^^
  ╰─ hint: did you mean ESTABLISHED?
`,
  ],
  [
    'a change without a condition',
    'delete from conntrack',
    `error: where is required
  ╭─ 1:22
1 │ delete from conntrack
  │                      ^
  ╰─ hint: flush conntrack deletes all; so does where true
`,
  ],
  [
    'several at once, on several lines',
    'select sorce from conntrack;\nselect from conntrack where bytes > 5QB',
    `error: unknown field 'sorce' in conntrack
  ╭─ 1:8
1 │ select sorce from conntrack;
  │        ^^^^^
  ╰─ hint: did you mean src?

error: unknown unit 'QB'
  ╭─ 2:38
2 │ select from conntrack where bytes > 5QB
  │                                      ^^
  ╰─ hint: sizes end in k, M, G, T, Ki, Mi, Gi or Ti; durations in w, d, h, m, s, ms, us or ns
`,
  ],
];

for (const [kind, query, report] of CASES) {
  mistakes(kind, async () => {
    const { stdout, stderr, code } = await ctqHere([query]);
    assert.is(stderr, report);
    assert.equal([stdout, code], ['', 2]);
  });
}

mistakes('of the command line', async () => {
  for (const [args, message] of [
    [['--outptu', 'json'], "error: unknown option '--outptu'\nhint: did you mean --output?\n"],
    [['-o', 'jsno', 'select'], "error: unknown output format 'jsno'\nhint: did you mean json?\n"],
  ] as const) {
    assert.equal(await ctqHere(args), { stdout: '', stderr: message, code: 2 });
  }
});

mistakes('nothing of a query reaches the terminal as an escape code', async () => {
  for (const query of ['select \u001b[31m from conntrack', "select from '\u001b]0;x\u0007'", "echo '\u001b[2J'"]) {
    const { stdout, stderr } = await ctqHere([query]);
    assert.not.match(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    assert.ok((stdout + stderr).length > 0);
  }
});

mistakes.run();

const failures = suite('failures');

failures('without the right to look: one clear message, and 1', () => {
  for (const [statement, doing] of [
    ['select from conntrack', 'read the conntrack table'],
    ['select src from conntrack where dport = 53', 'read the conntrack table'],
    ['count conntrack', ''],
    ['delete from conntrack where dport = 53', ''],
    ['flush conntrack', ''],
    ['watch from conntrack for 1s with existing', ''],
  ] as const) {
    // The same as any user: a process without capabilities.
    const argv = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', process.execPath, PROGRAM, '--yes', statement];
    const { stdout, stderr, code } = run(argv);
    assert.equal([stdout, code], ['', 1], stderr);
    const lines = stderr.trimEnd().split('\n');
    const errors = lines.filter(line => line.startsWith('error: '));
    assert.is(errors.length, 1, stderr);
    assert.match(errors[0], new RegExp(`^error: cannot ${doing}.*CAP_NET_ADMIN is missing .* \\(EPERM\\)$`));
    assert.match(lines.at(-1) ?? '', /^hint: run it with sudo/);
  }
});

failures('what needs no rights works without them', () => {
  const argv = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', process.execPath, PROGRAM];
  assert.equal(run([...argv, 'echo 1 + 1']), { stdout: '2\n', stderr: '', code: 0 });
  assert.is(run([...argv, 'help select']).code, 0);
});

failures('nothing to get: 1', async () => {
  const { stdout, stderr, code } = await ctqHere([
    'get from conntrack where proto = tcp and src = 10.0.0.1 and dst = 10.0.0.2 and sport = 1 and dport = 2',
  ]);
  assert.equal([stdout, code], ['', 1]);
  assert.match(stderr, /^error: no such flow in zone 0\nhint: /);
});

failures('an assertion: 1, with its message or its text', async () => {
  assert.equal(await ctqHere(["assert 1 = 2, 'too bad'"]), { stdout: '', stderr: 'error: too bad\n', code: 1 });
  assert.equal(await ctqHere(['assert 1 = 2']), { stdout: '', stderr: 'error: assertion failed: 1 = 2\n', code: 1 });
  assert.equal(await ctqHere(['assert 1 = 1']), { stdout: '', stderr: '', code: 0 });
});

failures('what the kernel refuses: 1, with a message', async () => {
  must(['conntrack', '-I', ...'-p udp -s 10.0.0.2 -d 192.0.2.1 --sport 5000 --dport 53 -t 600'.split(' ')]);
  const { stdout, stderr, code } = await ctqHere([
    'insert into conntrack set proto = udp, src = 10.0.0.2, dst = 192.0.2.1, sport = 5000, dport = 53, timeout = 60s',
  ]);
  assert.equal([stdout, code], ['', 1]);
  assert.match(stderr, /^error: .*10\.0\.0\.2.*EEXIST/);
});

failures('a missing snapshot: 1', async () => {
  const { stdout, stderr, code } = await ctqHere(["select from '/no/such.save'"]);
  assert.equal([stdout, code], ['', 1]);
  assert.match(stderr, /^error: cannot read \/no\/such\.save: no such file\n/);
});

failures.run();
