import { readFileSync } from 'node:fs';
import { CtqError } from '../../engine/errors.js';
import { report } from '../../lang/diagnostics/report.js';
import { parse } from '../../lang/syntax/parse.js';
import type { Statement } from '../../lang/syntax/statements.js';

/** The file of `ctq agent`. */
export const AGENT_FILE = '/etc/ctq/agent.ctq';

/** What an agent does: its settings, and statements that run until it ends. */
export interface AgentFile {
  /** The text with nothing but settings and variables. Positions are those of the file. */
  readonly settings: string;
  /** For each statement that runs: the settings before it, and the statement. */
  readonly running: readonly string[];
}

/** The least that a file says. */
export const SAMPLE =
  "set agent_server = 'tls://HOST:4222'; set agent_ca = '/etc/ctq/ca.pem'; set agent_nkey = '/etc/ctq/agent.nk';";

/**
 * Reads the file of an agent.
 * @throws CtqError if it cannot be read, has a mistake, or statements that an agent does not run
 */
export function readAgentFile(path: string): AgentFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT';
    const isNamed = path !== AGENT_FILE;
    throw new CtqError({
      code: 'agent-file',
      kind: code === 'EACCES' ? 'permission' : isMissing && isNamed ? 'statement' : 'input',
      message: isMissing ? `${path}, the configuration of the agent, does not exist` : `cannot read ${path} (${code})`,
      hint: isMissing
        ? `${isNamed ? `ctq agent alone reads ${AGENT_FILE}; ` : ''}write it, at least: ${SAMPLE}`
        : undefined,
      cause,
    });
  }
  const { statements, diagnostics } = parse(text);
  if (diagnostics.length > 0)
    throw new CtqError({
      code: 'agent-file',
      kind: 'statement',
      message: report(text, diagnostics, { name: path }).trimEnd(),
    });
  const settings = statements.filter(isSetting);
  const others = statements.filter(statement => !isSetting(statement));
  for (const statement of others) {
    if (runsOn(statement)) continue;
    const line = text.slice(0, statement.start).split('\n').length;
    throw new CtqError({
      code: 'agent-file',
      kind: 'statement',
      message: `${path}:${line}: ${statement.kind} is not a statement of an agent`,
      hint: "it runs set, let, watch … into 'history', watch … output … to 'FILE' and select … every … output … to 'FILE'",
    });
  }
  return {
    settings: only(text, settings),
    running: others.map(statement => only(text, [...settings, statement])),
  };
}

const isSetting = ({ kind }: Statement): boolean => kind === 'set' || kind === 'let';

/** Whether it runs until it is ended, and writes elsewhere than to the standard output. */
function runsOn(statement: Statement): boolean {
  if (statement.kind === 'watch') return statement.into !== undefined || statement.output?.file !== undefined;
  return statement.kind === 'select' && statement.every !== undefined && statement.output?.file !== undefined;
}

/** The text with only some of its statements: others are white space, so that lines and columns stay. */
function only(text: string, statements: readonly Statement[]): string {
  let kept = '';
  let at = 0;
  for (const { start, end } of [...statements].sort((a, b) => a.start - b.start)) {
    kept += blank(text.slice(at, start)) + text.slice(start, end);
    at = end;
    if (kept !== '' && text[at] !== ';') continue;
    kept += ';';
    at++;
  }
  return kept + blank(text.slice(at));
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
