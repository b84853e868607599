/** Entries as they are pasted from chats, mails, wikis, pages and terminals: the same as in the file, or skipped with a note. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CtqError } from '../../../src/engine/errors.js';
import { readText } from '../../kit/snapshot.js';

const test = suite('pasted entries');

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  plain: [
    'tcp      6 431999 ESTABLISHED src=192.0.2.1 dst=198.51.100.1 sport=45707 dport=443 packets=5 bytes=500 src=198.51.100.1 dst=192.0.2.1 sport=443 dport=45707 packets=4 bytes=400 [ASSURED] mark=1234 use=1',
    'udp      17 20 src=192.0.2.2 dst=198.51.100.2 sport=1025 dport=53 packets=1 bytes=60 [UNREPLIED] src=198.51.100.2 dst=203.0.113.1 sport=53 dport=1025 packets=0 bytes=0 mark=0 use=2',
  ],
  events: [
    '[1795521600.361057]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT src=192.0.2.1 dst=198.51.100.1 sport=45707 dport=443 [UNREPLIED] src=198.51.100.1 dst=192.0.2.1 sport=443 dport=45707 id=3926347264',
    '[1795521601.361057]\t[DESTROY] ipv4     2 udp      17 src=192.0.2.2 dst=198.51.100.2 sport=1025 dport=53 packets=1 bytes=60 src=198.51.100.2 dst=203.0.113.1 sport=53 dport=1025 packets=1 bytes=70 [ASSURED] id=3926347265',
  ],
  daemon: [
    'Tue Nov 24 09:27:23 2026\ttcp      6 TIME_WAIT src=192.0.2.1 dst=198.51.100.1 sport=45707 dport=443 src=198.51.100.1 dst=192.0.2.1 sport=443 dport=45707 [ASSURED]',
    'Tue Nov  3 09:27:24 2026\tudp      17 src=192.0.2.2 dst=198.51.100.2 sport=1025 dport=53 [UNREPLIED] src=198.51.100.2 dst=203.0.113.1 sport=53 dport=1025 mark=7',
  ],
  save: [
    '-A -t 20 -u SEEN_REPLY -s 192.0.2.2 -d 198.51.100.2 -q 203.0.113.1 -p udp --sport 1025 --dport 53',
    '-U -t 120 -u SEEN_REPLY,ASSURED -s 192.0.2.1 -d 198.51.100.1 -p tcp --sport 45707 --dport 443 --state ESTABLISHED # {"id":3926347264,"use":1}',
  ],
};

type Paste = (lines: readonly string[]) => string | Uint8Array;

const lined = (each: (line: string, i: number) => string): Paste => {
  return lines => lines.map((line, i) => `${each(line, i)}\n`).join('');
};
const text = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');
const NO_BREAK = '\u00a0';

/** All entries are read as they are. */
const READ: Readonly<Record<string, Paste>> = {
  'byte order mark': lines => `\ufeff${text(lines)}`,
  'UTF-16 of PowerShell': lines => Buffer.from(`\ufeff${text(lines).replaceAll('\n', '\r\n')}`, 'utf16le'),
  'no-break spaces': lined(line => line.replaceAll(' ', NO_BREAK)),
  'no-break spaces among others': lined(line => line.replace(/ {2}/g, ` ${NO_BREAK}`).replace(/^/, NO_BREAK)),
  'narrow no-break spaces': lined(line => line.replaceAll(' ', '\u202f')),
  'spaces without a width': lined(line => `\u200b${line}`.replace('src=', 'src=\u200b')),
  'typographic quotes': lined(line =>
    `\u201c${line.replaceAll('"', '\u201d')}\u201d`.replace(/^(?=.*#)./, '').replace(/(?<=\}).$/, ''),
  ),
  backquotes: lined(line => `\`${line}\``),
  'less -N': lined((line, i) => `${String(i + 1).padStart(7)} ${line}`),
  'grep -n': lined((line, i) => `${i + 1}:${line}`),
  'uniq -c': lined(line => `     12 ${line}`),
  'a fence': lines => `\`\`\`console\n$ conntrack -L\n${text(lines)}\`\`\`\n`,
  'code of a wiki': lines => `{code}\n${text(lines)}{code}\n`,
  'pre of HTML': lines => `<pre>\n${text(lines)}</pre>\n`,
  'br of HTML': lined(line => `${line}<br>`),
  'entities of HTML': lined(line => line.replaceAll(' ', '&nbsp;').replaceAll('"', '&quot;')),
  'lists of Markdown': lined(line => `- ${line}`),
  'numbers of Markdown': lined((line, i) => `${i + 1}. ${line}`),
  'tabs as spaces': lined(line => line.replace(/\t/g, '        ')),
  'column -t': lined(line => line.trim().replace(/\s+/g, '   ')),
  'tail of two files': ([first, second]) => `==> a.log <==\n${first}\n\n==> b.log <==\n${second}\n`,
  'cat -A': lined(line => `${line.replaceAll('\t', '^I')}$`),
  'docker compose': lined(line => `ct-1  | ${line}`),
  'a table of Markdown in mail': lined(line => `> > ${line}`),
};

/** Of lines without options. Of `save`, the beginning of the file says whether -A is an event. */
const READ_LINES: Readonly<Record<string, Paste>> = {
  'all in one text of JSON': lines => `${JSON.stringify({ message: lines.join('\n') })}\n`,
  'objects of journald with bytes': lined(line => JSON.stringify({ MESSAGE: [...Buffer.from(line)] })),
  'diff -u': lines => `@@ -1,0 +1,2 @@\n${text(lines.map(line => `+${line}`))}`,
  'diff -u, removed': lines => `@@ -1,2 +1,0 @@\n${text(lines.map(line => `-${line}`))}`,
  'escaped for Markdown': lined(line => line.replace(/([[\]_])/g, '\\$1')),
  'line ends in one line': lines => `${lines.join('\\n')}\n`,
};

/** Nothing is read otherwise than it is. */
const NEVER_CHANGED: Readonly<Record<string, Paste>> = {
  ellipsis: lined(line => `${line.slice(0, 90)}\u2026`),
  strace: lined(line => `write(1, "${line}\\n", 180) = 180`),
  links: lined(line => line.replace(/(\d+\.\d+\.\d+\.\d+)/, '[$1](http://$1)')),
  'thousands in groups': lined(line => line.replace(/=(\d+)(\d{3})\b/g, '=$1,$2')),
  'a bracket of another line': lined(line => `EW] ${line.replace(/^.*\] ipv4/, 'ipv4')}`),
};

/** @returns no rows, and why, for what cannot be read */
async function read(content: string | Uint8Array): Promise<[string[], readonly string[]]> {
  try {
    const { views, warnings } = await readText(content);
    return [views.map(view => Buffer.from(view.copy()).toString('hex')), warnings];
  } catch (error) {
    assert.instance(error, CtqError);
    return [[], [(error as CtqError).message]];
  }
}

for (const [name, lines] of Object.entries(FORMATS)) {
  test(name, async () => {
    const [whole] = await read(text(lines));
    assert.is(whole.length, 2);
    for (const [kind, paste] of Object.entries(name === 'save' ? READ : { ...READ, ...READ_LINES })) {
      const [rows, warnings] = await read(paste(lines));
      assert.equal(rows, whole, `${kind}: ${warnings.join('; ')}`);
    }
    for (const [kind, paste] of Object.entries(NEVER_CHANGED)) {
      const [rows, warnings] = await read(paste(lines));
      assert.ok(
        rows.every(row => whole.includes(row)),
        `${kind}: ${warnings.join('; ')}`,
      );
      assert.ok(rows.length === whole.length || warnings.length > 0, kind);
    }
  });
}

test.run();
