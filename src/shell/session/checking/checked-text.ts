import type { NamedQueries } from '../../../lang/check/scope.js';
import type { Environment } from '../../../lang/schema/environment.js';
import type { Place } from '../../../lang/schema/places.js';
import type { DiagnosedText, Parse, Script } from '../../cli/scripts/script.js';
import type { ScriptFile, ScriptFiles } from '../../cli/scripts/script-files.js';
import type { KnownVariables } from '../state/variables.js';

/** A text that was read and checked, with its mistakes. */
export interface CheckedText {
  readonly script: Script;
  readonly mistaken: readonly DiagnosedText[];
}

/** What a text is checked with. */
interface Tools {
  readonly language: Pick<typeof import('../language.js'), 'prepare' | 'parseFastSteps'>;
  readonly files: ScriptFiles;
  readonly signal: AbortSignal;
  readonly session: {
    readonly environment: Environment;
    readonly place: Place;
    readonly variables: KnownVariables;
    readonly queries: { draft(): NamedQueries };
  };
}

/** Parses and checks a text. The parser that can explain mistakes is loaded once there are some. */
export async function checkedText({ text, origin }: ScriptFile, tools: Tools): Promise<CheckedText> {
  const { language, files, signal, session } = tools;
  for (let parse: Parse = language.parseFastSteps; ; ) {
    const mistaken: DiagnosedText[] = [];
    const variables = new Map(session.variables);
    const queries = session.queries.draft();
    const context = { environment: session.environment, variables, queries, mistaken, parse, files, signal };
    const script = await language.prepare(text, origin, context, session.place);
    if (script) return { script, mistaken };
    files.reset();
    parse = (await import('../../../lang/syntax/parse.js')).parseSteps;
  }
}
