import type { Completion } from '../../../lang/services/completion/candidate.js';
import { COMMAND_CANDIDATES, completeCommand } from '../commands.js';
import { files, LanguageCompleting, printableOnly } from './language-completing.js';

/** Finds what may be written at a place of a line of the shell: commands, file names, or what the language allows. */
export class Completing extends LanguageCompleting {
  override async complete(text: string, cursor = text.length): Promise<Completion> {
    if (/^\s*\./.test(text)) return printableOnly(completeCommand(text.slice(0, cursor), files));
    const found = await super.complete(text, cursor);
    return text.trim() === '' ? { ...found, candidates: [...found.candidates, ...COMMAND_CANDIDATES] } : found;
  }
}
