import type { Variables } from '../../../lang/check/check.js';
import type { NamedQueries } from '../../../lang/check/scope.js';
import type { Environment } from '../../../lang/schema/environment.js';
import type { Place } from '../../../lang/schema/places.js';
import type { NamedFiles } from '../../scripts/named-files.js';
import type { DiagnosedText, Parse, Script } from '../../scripts/script.js';
import type { ScriptFile, ScriptFiles } from '../../scripts/script-files.js';
import type { SessionSurroundings } from './session-surroundings.js';

/** A text that was read and checked, with its mistakes. */
export interface CheckedText {
  readonly script: Script;
  readonly mistaken: readonly DiagnosedText[];
  /** Those before the text, and what it defines. */
  readonly variables: Variables;
  readonly queries: NamedQueries;
  readonly named: NamedFiles;
}

/** What a text is checked with. */
export interface Tools {
  readonly language: Pick<typeof import('../language.js'), 'prepare' | 'parseFastSteps' | 'NamedFiles'>;
  readonly files: ScriptFiles;
  /** The files of the texts that run before. */
  readonly named?: NamedFiles;
  readonly signal: AbortSignal;
  readonly session: {
    readonly environment: Environment;
    readonly surroundings: Pick<SessionSurroundings, 'look' | 'forget'>;
    readonly place: Place;
    readonly variables: Variables;
    readonly queries: { draft(): NamedQueries };
  };
}

/**
 * Parses and checks a text: once more if more is known of the files that it reads. The parser that can explain mistakes is loaded once
 * there are some.
 */
export async function checkedText({ text, origin }: ScriptFile, tools: Tools): Promise<CheckedText> {
  const { language, files, signal, session } = tools;
  session.surroundings.forget();
  for (let parse: Parse = language.parseFastSteps; ; ) {
    const mistaken: DiagnosedText[] = [];
    const variables = new Map(session.variables);
    const queries = session.queries.draft();
    const named = new language.NamedFiles(tools.named);
    const context = { environment: session.environment, variables, queries, mistaken, parse, files, named, signal };
    const script = await language.prepare(text, origin, context, session.place);
    const isAgain = await session.surroundings.look(signal, mistaken.length > 0);
    if (script && !isAgain) return { script, mistaken, variables, queries, named };
    files.reset();
    if (!script) parse = (await import('../../../lang/syntax/parse.js')).parseSteps;
  }
}

/**
 * Parses and checks texts that will run one after another, each with what those before it define.
 * @returns the mistakes of the first that has some. A text that reads a file which does not exist may be right when it runs, unless a change runs
 * before it: neither it nor what follows is checked.
 */
export async function mistakesOf(texts: readonly ScriptFile[], tools: Tools): Promise<readonly DiagnosedText[]> {
  const { surroundings } = tools.session;
  let { place, variables, queries } = tools.session;
  let isMissing = false;
  let named: NamedFiles | undefined;
  const environment: Environment = {
    ...tools.session.environment,
    fileShape(path) {
      const shape = tools.session.environment.fileShape?.(path) ?? { kind: 'other' };
      isMissing ||= shape.kind === 'missing' || shape.kind === 'unseen';
      return shape;
    },
  };
  for (const text of texts) {
    const checked = await checkedText(text, {
      ...tools,
      named,
      session: { environment, surroundings, place, variables, queries },
    });
    const { script, mistaken } = checked;
    // A file that is missing after a change stays missing: no text before writes it.
    if (isMissing) return mistaken.filter(({ diagnostics }) => diagnostics.some(({ code }) => code === 'include'));
    if (mistaken.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'))) return mistaken;
    place = script.place ?? place;
    variables = checked.variables;
    named = checked.named;
    queries = { draft: () => checked.queries };
  }
  return [];
}
