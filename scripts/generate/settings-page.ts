import { SETTING_NAMES, SETTINGS, type Setting } from '../../src/lang/schema/settings.js';

const NS_PER_SECOND = 1_000_000_000;

function valuesOf({ kind, choices, min, max }: Setting): string {
  if (kind === 'boolean') return 'on, off';
  if (choices) return choices.join(', ');
  if (kind === 'integer' && min !== undefined) return max === undefined ? `${min} or more` : `${min} – ${max}`;
  return kind;
}

function defaultOf({ kind, default: value }: Setting): string {
  if (kind === 'boolean') return value === true ? '`on`' : '`off`';
  if (kind === 'duration') return `\`${Number(value) / NS_PER_SECOND}s\``;
  return value === '' ? 'empty' : `\`${value}\``;
}

/** docs/settings.md: every setting of `set NAME = VALUE`, from the table of settings. */
export const settingsPage = (): string =>
  [
    '# Settings',
    '',
    '`set NAME = VALUE` changes a setting until the shell or the script ends, `set NAME` shows it, and `show settings` lists all. `set` in `~/.config/ctq/config.ctq`',
    'applies whenever results go to a terminal ([scripts.md](scripts.md#configuration)). `npm run generate` makes this page from `src/lang/schema/settings.ts`.',
    '',
    '| setting | values | default | what |',
    '|---|---|---|---|',
    ...SETTING_NAMES.map(name => {
      const setting: Setting = SETTINGS[name];
      return `| \`${name}\` | ${valuesOf(setting)} | ${defaultOf(setting)} | ${setting.doc} |`;
    }),
    '',
  ].join('\n');
