/** `ctq completion SHELL`: what makes a shell complete ctq's own command line. */
import { CtqError } from '../../engine/errors.js';
import { nearest } from '../../lang/diagnostics/did-you-mean.js';
import { FORMATS, MODIFIERS } from '../../lang/schema/formats.js';
import { STATEMENT_TOPICS } from '../../lang/services/help-topics.js';
import { FLAGS } from './options.js';
import { USAGE } from './usage.js';

/** What follows an option. */
const VALUES: Readonly<Partial<Record<keyof typeof FLAGS, string>>> = {
  output: [...Object.keys(FORMATS), ...Object.keys(MODIFIERS)].join(' '),
  color: 'auto always never',
};
const FILES: readonly (keyof typeof FLAGS)[] = ['script', 'file', 'to'];

/** Words that may begin a query without quotes: not those that are no statements of their own. */
const QUERIES = STATEMENT_TOPICS.filter(word => word !== 'except' && word !== 'join');

/** What else may stand first: ctq completion, ctq translate. */
const COMMANDS = [...USAGE.matchAll(/^ {2}ctq ([a-z]+)\b/gm)].map(([, word]) => word);
const WORDS = [...new Set([...QUERIES, ...COMMANDS])].join(' ');

interface Option {
  readonly long: string;
  readonly short?: string;
  readonly takesValue: boolean;
  readonly values?: string;
  readonly isFile: boolean;
}

const OPTIONS: readonly Option[] = (Object.keys(FLAGS) as (keyof typeof FLAGS)[]).map(long => {
  const flag: { readonly type: string; readonly short?: string } = FLAGS[long];
  return {
    long,
    takesValue: flag.type === 'string',
    isFile: FILES.includes(long),
    ...(flag.short === undefined ? {} : { short: flag.short }),
    ...(VALUES[long] === undefined ? {} : { values: VALUES[long] }),
  };
});

const NAMESPACES = 'ls /run/netns 2>/dev/null';

const pattern = ({ long, short }: Option): string => (short === undefined ? `--${long}` : `-${short}|--${long}`);

function bash(): string {
  const cases = OPTIONS.filter(({ takesValue }) => takesValue).map(option => {
    if (option.isFile) return `    ${pattern(option)}) COMPREPLY=($(compgen -f -- "$word")); return ;;`;
    const values = option.long === 'netns' ? `$(${NAMESPACES})` : (option.values ?? '');
    return `    ${pattern(option)}) COMPREPLY=($(compgen -W "${values}" -- "$word")); return ;;`;
  });
  const all = OPTIONS.flatMap(({ long, short }) => [`--${long}`, ...(short === undefined ? [] : [`-${short}`])]);
  return `# bash: source <(ctq completion bash)
_ctq() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  case $before in
${cases.join('\n')}
    completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$word")); return ;;
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "${all.join(' ')}" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "${WORDS}" -- "$word") $(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -F _ctq ctq
`;
}

function zsh(): string {
  const action = (option: Option): string => {
    if (option.isFile) return ':file:_files';
    if (option.long === 'netns') return `:namespace:($(${NAMESPACES}))`;
    return option.values === undefined ? ':value:' : `:value:(${option.values})`;
  };
  const lines = OPTIONS.flatMap(option => {
    const rest = option.takesValue ? action(option) : '';
    const names = [`--${option.long}`, ...(option.short === undefined ? [] : [`-${option.short}`])];
    return names.map(name => `    "*${name}${rest}" \\`);
  });
  return `#compdef ctq
# zsh: source <(ctq completion zsh)
_ctq() {
  if (( CURRENT == 3 )) && [[ $words[2] == completion ]]; then
    compadd bash zsh fish
    return
  fi
  _arguments \\
${lines.join('\n')}
    "*:query or script:_ctq_text"
}
_ctq_text() {
  compadd ${WORDS}
  _files
}
compdef _ctq ctq
`;
}

function fish(): string {
  const lines = OPTIONS.map(({ long, short, takesValue, values, isFile }) => {
    const name = `${short === undefined ? '' : ` -s ${short}`} -l ${long}`;
    if (!takesValue) return `complete -c ctq${name}`;
    if (isFile) return `complete -c ctq${name} -r -F`;
    const given = long === 'netns' ? `(${NAMESPACES})` : (values ?? '');
    return `complete -c ctq${name} -x${given === '' ? '' : ` -a '${given}'`}`;
  });
  return `# fish: ctq completion fish | source
${lines.join('\n')}
complete -c ctq -n __fish_use_subcommand -a '${WORDS}'
complete -c ctq -n '__fish_seen_subcommand_from completion' -x -a 'bash zsh fish'
`;
}

const SHELLS = { bash, zsh, fish } as const;

/** @throws CtqError for a shell that nothing is known of */
export function completionScript(args: readonly string[]): string {
  const [name = ''] = args;
  if (args.length === 1 && Object.hasOwn(SHELLS, name)) return SHELLS[name as keyof typeof SHELLS]();
  const best = nearest(name, Object.keys(SHELLS));
  throw new CtqError({
    code: 'command-line',
    kind: 'statement',
    message: name === '' ? 'completion wants a shell' : `there is no completion for '${args.join(' ')}'`,
    hint: best === undefined ? 'ctq completion bash, zsh or fish' : `did you mean ctq completion ${best}?`,
  });
}
