/** `ctq completion SHELL`: what makes a shell complete ctq's own command line. */
import { CtqError } from '../../engine/errors.js';
import { STATEMENT_TOPICS } from '../../lang/check/statements/help-topics.js';
import { nearest } from '../../lang/diagnostics/did-you-mean.js';
import { TABLE_NAMES, TABLES } from '../../lang/schema/catalogue.js';
import { FORMAT_NAMES, MODIFIER_NAMES } from '../../lang/schema/formats/formats.js';
import { conntrackWords } from '../conntrack8/argv/known-options.js';
import { STATEMENTS } from '../help/statements.js';
import { FLAGS } from '../options/options.js';
import { USAGE } from './usage.js';

/** What follows an option. */
const VALUES: Readonly<Partial<Record<keyof typeof FLAGS, string>>> = {
  output: [...FORMAT_NAMES, ...MODIFIER_NAMES].join(' '),
  color: 'auto always never',
  group: 'source destination port network state',
  sort: 'bytes/s packets/s bytes packets timeout state source destination proto flows unreplied new/s',
  in: 'netns ssh pid file',
};
const FILES: readonly (keyof typeof FLAGS)[] = ['script', 'file', 'to'];

/** Words that may begin a query without quotes: those that begin a statement. With what they do. */
const QUERIES = STATEMENT_TOPICS.filter(word => !['except', 'intersect', 'union', 'join'].includes(word)).map(
  word => [word, STATEMENTS[word].summary] as const,
);

/** Other first words: ctq completion, ctq translate. */
const COMMANDS = [...USAGE.matchAll(/^ {2}ctq ([a-z]+)(?: \| ([a-z]+))?\b.*? {2,}(.*)$/gm)].flatMap(
  ([, first, second, doc]) => [first, ...(second === undefined ? [] : [second])].map(word => [word, doc] as const),
);
const FIRST = new Map<string, string>([...QUERIES, ...COMMANDS]);
const WORDS = [...FIRST.keys()].join(' ');
const STATEMENT = QUERIES.map(([word]) => word).join('|');

/** What may follow in a query without quotes. */
const LATER = [
  ...new Set([
    ...['from', 'where', 'and', 'or', 'not', 'in', 'group', 'order', 'by', 'desc', 'limit', 'every', 'output', 'set'],
    ...TABLE_NAMES,
    ...Object.keys(TABLES.conntrack.fields).filter(name => !name.includes('.')),
    ...FORMAT_NAMES,
  ]),
].join(' ');

/** What an option does, as the usage says it. */
const docOf = (long: string): string => {
  if (long === 'output') return 'format of results, and modifiers';
  return new RegExp(`^.*--${long}\\b.*? {2,}(.*)$`, 'm').exec(USAGE)?.[1] ?? '';
};

/** A word in single quotes, in which shells expand nothing. */
const single = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

interface Option {
  readonly long: string;
  readonly doc: string;
  readonly short?: string;
  readonly takesValue: boolean;
  readonly values?: string;
  readonly isFile: boolean;
}

const OPTIONS: readonly Option[] = (Object.keys(FLAGS) as (keyof typeof FLAGS)[]).map(long => {
  const flag: { readonly type: string; readonly short?: string } = FLAGS[long];
  return {
    long,
    doc: docOf(long),
    takesValue: flag.type === 'string',
    isFile: FILES.includes(long),
    ...(flag.short === undefined ? {} : { short: flag.short }),
    ...(VALUES[long] === undefined ? {} : { values: VALUES[long] }),
  };
});

/** After `ctq conntrack`, and `ctq translate conntrack`. */
const CONNTRACK = conntrackWords();

/**
 * Names of files and of namespaces are other people's text. The scripts hand them to the shell as data: no shell may expand them,
 * neither when they are listed nor when one is inserted.
 */
const NAMESPACES = '/run/netns';

const pattern = ({ long, short }: Option): string => (short === undefined ? `--${long}` : `-${short}|--${long}`);

function bash(): string {
  const cases = OPTIONS.filter(({ takesValue }) => takesValue).map(option => {
    const answer = option.isFile
      ? '_ctq_files'
      : option.long === 'netns'
        ? '_ctq_namespaces'
        : `_ctq_words ${option.values ?? ''}`;
    return `    ${pattern(option)}) ${answer}; return ;;`;
  });
  const all = OPTIONS.flatMap(({ long, short }) => [`--${long}`, ...(short === undefined ? [] : [`-${short}`])]);
  return `# bash: source <(ctq completion bash)
_ctq_words() {
  local each
  for each; do [[ $each == "$word"* ]] && COMPREPLY+=("$each"); done
}
_ctq_files() {
  local each
  while IFS= read -r each; do COMPREPLY+=("$each"); done < <(compgen -f -- "$word")
}
_ctq_namespaces() {
  local each
  # Quoted here: what is not a file is inserted with its dollar signs bare.
  compopt +o filenames
  for each in ${NAMESPACES}/*; do
    [[ -e $each ]] || continue
    printf -v each %q "\${each##*/}"
    [[ $each == "$word"* ]] && COMPREPLY+=("$each")
  done
}
_ctq() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case $before in
${cases.join('\n')}
    completion) _ctq_words bash zsh fish; return ;;
  esac
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
    'conntrack '*|'translate conntrack')
      if [[ $word == -* ]]; then _ctq_words ${CONNTRACK.join(' ')}; else _ctq_files; fi
      return ;;
  esac
  case $word in
    -*) _ctq_words ${all.join(' ')} ;;
    *)
      if _ctq_in_statement; then _ctq_words ${LATER}; else _ctq_words ${WORDS}; fi
      _ctq_files ;;
  esac
}
_ctq_in_statement() {
  local i
  for (( i = 1; i < COMP_CWORD; i++ )); do
    case \${COMP_WORDS[i]} in ${STATEMENT}) return 0 ;; esac
  done
  return 1
}
complete -o filenames -F _ctq ctq
`;
}

function zsh(): string {
  const action = (option: Option): string => {
    if (option.isFile) return ':file:_files';
    if (option.long === 'netns') return ':namespace:_ctq_namespaces';
    return option.values === undefined ? ':value:' : `:value:(${option.values})`;
  };
  const lines = OPTIONS.flatMap(option => {
    const rest = option.takesValue ? action(option) : '';
    const names = [`--${option.long}`, ...(option.short === undefined ? [] : [`-${option.short}`])];
    const doc = option.doc.replace(/[\\[\]:]/g, '\\$&');
    return names.map(name => `    ${single(`*${name}[${doc}]${rest}`)} \\`);
  });
  const described = [...FIRST].map(([word, doc]) => `    ${single(`${word}:${doc}`)}`);
  return `#compdef ctq
# zsh: source <(ctq completion zsh)
_ctq() {
  if (( CURRENT == 3 )) && [[ $words[2] == completion ]]; then
    compadd bash zsh fish
    return
  fi
  if [[ "$words[2] $words[3]" == (conntrack\\ *|translate\\ conntrack) ]]; then
    if [[ $PREFIX == -* ]]; then compadd -- ${CONNTRACK.join(' ')}; else _files; fi
    return
  fi
  _arguments \\
${lines.join('\n')}
    "*:query or script:_ctq_text"
}
_ctq_namespaces() {
  local -a names=(${NAMESPACES}/*(N:t))
  compadd -a names
}
_ctq_text() {
  local each
  for each in "\${(@)words[2,CURRENT-1]}"; do
    if [[ $each == (${STATEMENT}) ]]; then
      compadd ${LATER}
      _files
      return
    fi
  done
  local -a first=(
${described.join('\n')}
  )
  _describe -t statements statement first
  _files
}
# Where completion has not been set up: nothing is written, and folders of others are left out.
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i -D; }
compdef _ctq ctq
`;
}

function fish(): string {
  const lines = OPTIONS.map(({ long, short, doc, takesValue, values, isFile }) => {
    const name = `${short === undefined ? '' : ` -s ${short}`} -l ${long} -d ${single(doc)}`;
    if (!takesValue) return `complete -c ctq${name}`;
    if (isFile) return `complete -c ctq${name} -r -F`;
    const given = long === 'netns' ? '(__ctq_namespaces)' : (values ?? '');
    return `complete -c ctq${name} -x${given === '' ? '' : ` -a '${given}'`}`;
  });
  return `# fish: ctq completion fish | source
function __ctq_namespaces
  for each in ${NAMESPACES}/*
    string replace -r '.*/' '' -- $each
  end
end
${lines.join('\n')}
${[...FIRST].map(([word, doc]) => `complete -c ctq -n __fish_use_subcommand -a ${word} -d ${single(doc)}`).join('\n')}
complete -c ctq -n '__fish_seen_subcommand_from ${STATEMENT.replaceAll('|', ' ')}' -a '${LATER}'
complete -c ctq -n '__fish_seen_subcommand_from conntrack' -a '${CONNTRACK.join(' ')}'
complete -c ctq -n '__fish_seen_subcommand_from completion' -x -a 'bash zsh fish'
`;
}

const SHELLS = { bash, zsh, fish } as const;

/** @throws CtqError for an unknown shell */
export function completionScript(args: readonly string[]): string {
  const [name = ''] = args;
  if (args.length === 1 && Object.hasOwn(SHELLS, name)) return SHELLS[name as keyof typeof SHELLS]();
  const best = nearest(name, Object.keys(SHELLS));
  throw new CtqError({
    code: 'command-line',
    kind: 'statement',
    message: name === '' ? 'completion requires a shell: bash, zsh or fish' : `unknown shell '${args.join(' ')}'`,
    hint: best === undefined ? 'ctq completion bash, zsh or fish' : `did you mean ctq completion ${best}?`,
  });
}
