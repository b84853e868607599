// timeout: 120
/** `ctq completion SHELL`, in the shells themselves. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PROGRAM, Terminal } from '../kit/cli.js';

const test = suite('completion in shells');
const LONG = 30_000;

/** Names that would run a command if a shell expanded them. */
const EVIL = 'a$(id>pwned)`id>pwned`;b c';

/** In a folder of names of its own, so that no namespace of this machine is touched. */
const PRIVATE_NAMES = [
  ...['unshare', '-m', 'sh', '-c'],
  'mkdir -p /run/netns; mount -t tmpfs none /run/netns; touch "/run/netns/$0" /run/netns/blue; exec "$@"',
  EVIL,
];

/** How each is started without anybody's preferences, and made ready. */
const SHELLS = {
  bash: {
    argv: ['bash', '--norc', '--noprofile', '-i'],
    prepare: "source <(ctq completion bash); PS1='ready'; PS1+='> '",
  },
  zsh: {
    argv: ['zsh', '-f', '-i'],
    // Completion has not been set up: the script does.
    prepare: "source <(ctq completion zsh); PS1='ready'; PS1+='> '",
  },
  fish: {
    argv: ['fish', '--no-config', '-i'],
    prepare: "ctq completion fish | source; function fish_prompt; printf 'ready%s ' '>'; end",
  },
} as const;

/** [what is typed before Tab, what is there then] */
const COMPLETED: readonly (readonly [string, RegExp])[] = [
  ['ctq --no-k', /ctq --no-kernel-filter/],
  ['ctq --color alw', /ctq --color always/],
  ['ctq -o jsonl --out', /ctq -o jsonl --output/],
  ['ctq --file bef', /ctq --file before\.save/],
  ['ctq flu', /ctq flush/],
  ['ctq completion z', /ctq completion zsh/],
  ['ctq count conntr', /ctq count conntrack/],
  ['ctq select src, timeou', /ctq select src, timeout/],
];

for (const [name, { argv, prepare }] of Object.entries(SHELLS)) {
  const isMissing = spawnSync(name, ['-c', 'true']).error !== undefined;
  if (isMissing) console.log(`${name} is not installed (scripts/setup.sh does that), so its completion is not tried`);
  (isMissing ? test.skip : test)(name, async () => {
    const home = mkdtempSync(join(tmpdir(), 'ctq-shell-'));
    mkdirSync(join(home, 'bin'));
    symlinkSync(PROGRAM, join(home, 'bin/ctq'));
    writeFileSync(join(home, 'before.save'), '');
    const env = { HOME: home, PATH: `${join(home, 'bin')}:${process.env.PATH}` };
    const shell = new Terminal([...PRIVATE_NAMES, ...argv], { cwd: home, env });
    try {
      shell.type(prepare);
      shell.press('Enter');
      await shell.waitFor(/^ready> ?$/m, LONG);
      for (const [typed, wanted] of COMPLETED) {
        shell.type(typed);
        await shell.waitFor(new RegExp(`ready> ${typed}`), LONG);
        shell.press('Tab');
        await shell.waitFor(wanted, LONG);
        // The line is given up, and the screen is empty for the next.
        shell.press('C-u', 'C-l');
        await shell.waitFor(/^\s*ready> ?$/, LONG);
      }
      // Names are data, when they are listed and when one is inserted and the line is run.
      writeFileSync(join(home, `f${EVIL}`), '');
      for (const typed of ['ctq -V --netns a', 'ctq -V --file fa']) {
        shell.type(typed);
        await shell.waitFor(new RegExp(`ready> ${typed.trimEnd()}`), LONG);
        shell.press('Tab');
        await shell.waitFor(/a\\?\$\\?\(id/, LONG);
        shell.press('Enter');
        await shell.waitFor(/ctq (\d|dev)[^\n]*\n+ready> ?$/, LONG);
        assert.not.ok(existsSync(join(home, 'pwned')), `${name}: ${typed}`);
        shell.press('C-u', 'C-l');
        await shell.waitFor(/^\s*ready> ?$/, LONG);
      }
    } finally {
      shell.close();
      rmSync(home, { recursive: true, force: true });
    }
  });
}

test.run();
