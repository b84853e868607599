import type { Completion } from '../../../lang/services/completion/candidate.js';
import type { Mistake } from '../../../lang/services/mistakes.js';
import type { Piece } from './frame.js';
import type { History } from './history/history.js';

/** What the editor uses of the language and of the shell. */
export interface EditorLanguage {
  /** Whether Enter runs this text; else it begins a new line. A paste ends with a semicolon only. @param cursor where Enter is pressed, if not at the end */
  isWhole(text: string, isPasted: boolean, cursor?: number): boolean;
  /** Whether the text could run without changes. */
  isComplete(text: string): boolean;
  /** How to run a text that Enter does not run: what it lacks, or how it ends. */
  howToRun(text: string): string;
  /** The text in colours. Together the pieces have the same text. */
  paint(text: string): readonly Piece[];
  candidates(text: string, cursor: number): Promise<Completion>;
  /** Parts that cannot be right, whatever is typed at the cursor. */
  mistakes(text: string, cursor: number): readonly Mistake[];
  /** Lets the user edit a text in another program. @returns what was saved there; undefined if nothing was */
  edit(text: string): Promise<string | undefined>;
}

export interface EditorOptions {
  readonly history: History;
  /** Whether lines are coloured and suggestions shown. */
  readonly color: () => boolean;
  readonly prompt: () => string;
  readonly hasMenu: () => boolean;
  /** Whether keys are those of vi. */
  readonly isVi: () => boolean;
  /** Called after the first prompt; what is typed meanwhile is kept. */
  readonly load: () => Promise<EditorLanguage>;
  /** Ctrl-C while something runs. */
  readonly interrupted: () => void;
  /** The terminal answered a request. */
  readonly answered?: (sequence: string) => void;
}
