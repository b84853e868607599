/** What keys open: lines that are typed, questions, pages. */
import { CtqError } from '../../../engine/errors.js';
import { capabilitiesOf, type Place, placePrompt } from '../../../lang/schema/places.js';
import type { Completion } from '../../../lang/services/completion/candidate.js';
import { mistakesIn } from '../../../lang/services/mistakes.js';
import { docsOf } from '../../help/top-keys.js';
import { LanguageCompleting } from '../../interactive/completion/language-completing.js';
import type { ShellSession } from '../../session/session.js';
import { conditionMeant } from '../../session/shorthand.js';
import type { Opened, Refused, TopHandle } from '../handle.js';
import { HEADER_LINES, paintCondition } from '../header.js';
import { placeOf, USE, withoutUse } from '../place.js';
import { both, CONDITION_PREFIX, deletionOf, deletionText, eventsOf, flowOf, mistakesOf } from '../view.js';
import { DeletePane } from './delete-pane.js';
import { FlowPane } from './flow-pane.js';
import { HelpPane } from './help-pane.js';
import { LinePane } from './line-pane.js';

const completing = new WeakMap<ShellSession, LanguageCompleting>();

function completingOf(shell: ShellSession): LanguageCompleting {
  let found = completing.get(shell);
  if (found === undefined) {
    found = new LanguageCompleting(shell);
    completing.set(shell, found);
  }
  return found;
}

const OPENERS = {
  filter: top => top.open(filterPane(top)),
  place: top => top.open(placePane(top)),
  /** Again, with what was typed and why it is not shown. */
  refused: top => top.open(placePane(top, top.refused)),
  help: top => top.open(new HelpPane(() => top.closePane(), top.parts.context.unicode, docsOf(top.canDelete))),
  flow: top => openFlow(top),
  delete: top => openDelete(top, rowCondition(top)),
  deleteAll: top => {
    if (top.view.filter === '')
      throw refused('no filter is set: D deletes what a filter shows (/), flush conntrack in the shell everything');
    openDelete(top, top.view.filter.replace(/\s+/g, ' '));
  },
} as const satisfies Readonly<Record<Opened, (top: TopHandle) => void>>;

/** @throws CtqError if it cannot be opened here */
export function openPane(what: Opened, top: TopHandle): void {
  OPENERS[what](top);
}

const refused = (message: string): CtqError => new CtqError({ code: 'top', kind: 'statement', message });

/** Completion for a part of a statement: what comes before it is not shown. */
async function completePart(shell: ShellSession, prefix: string, text: string, cursor: number): Promise<Completion> {
  const found = await completingOf(shell).complete(prefix + text, prefix.length + cursor);
  return {
    start: Math.max(0, found.start - prefix.length),
    end: Math.max(0, found.end - prefix.length),
    candidates: found.candidates,
  };
}

/** The mistakes in a part of a statement. */
const mistakesInPart = (shell: ShellSession, prefix: string, text: string, suffix: string, cursor: number) =>
  mistakesIn(prefix + text + suffix, prefix.length + cursor, shell)
    .filter(({ start }) => start >= prefix.length && start < prefix.length + text.length)
    .map(each => ({ ...each, start: each.start - prefix.length, end: each.end - prefix.length }));

/** The line of the header where what is typed is shown. */
const LINE = HEADER_LINES - 1;

function filterPane(top: TopHandle): LinePane {
  const { shell, keys } = top.parts;
  return new LinePane(LINE, {
    prompt: 'where ',
    text: top.view.filter.replace(/\s+/g, ' '),
    history: top.filters,
    hasMenu: shell.setting('menu') === true,
    paint: text => paintCondition(text),
    complete: (text, cursor) => completePart(shell, CONDITION_PREFIX, text, cursor),
    mistakes: (text, cursor) => mistakesInPart(shell, CONDITION_PREFIX, text, ')', cursor),
    hold: () => keys.hold(),
    draw: () => top.draw(),
    entered: typed => {
      const text = conditionMeant(typed);
      if (text !== '') {
        const [mistake] = mistakesOf(text, shell);
        if (mistake) return mistake.hint === undefined ? mistake.message : `${mistake.message}: ${mistake.hint}`;
      }
      top.closePane();
      top.filter(text);
      return undefined;
    },
    cancelled: () => top.closePane(),
  });
}

function placePane(top: TopHandle, refused?: Refused): LinePane {
  const { shell, keys } = top.parts;
  return new LinePane(LINE, {
    prompt: 'in ',
    text: refused?.text ?? '',
    note: refused?.why ?? '',
    history: PLACES_BEFORE,
    hasMenu: shell.setting('menu') === true,
    paint: text => paintCondition(text, USE),
    complete: (text, cursor) => completePart(shell, USE, text, cursor),
    mistakes: (text, cursor) =>
      // Here a host and a file need no quotes.
      typeof placeOf(text, shell) === 'string'
        ? mistakesInPart(shell, USE, text, '', cursor).map(each => ({ ...each, message: withoutUse(each.message) }))
        : [],
    hold: () => keys.hold(),
    draw: () => top.draw(),
    entered: text => {
      const found = placeOf(text, shell);
      if (typeof found === 'string') return found;
      if (text !== '' && !PLACES_BEFORE.includes(text)) PLACES_BEFORE.unshift(text);
      top.closePane();
      void goTo(found, text, top);
      return undefined;
    },
    cancelled: () => top.closePane(),
  });
}

/** Places that were entered, newest first. */
const PLACES_BEFORE: string[] = [];

/** Another host is connected to first, on the terminal's own screen: ssh(1) may ask for a password. */
async function goTo(place: Place, text: string, top: TopHandle): Promise<void> {
  const { shell } = top.parts;
  const before = shell.place;
  try {
    // A refresh would already read the new place.
    await top.whilePaused(async () => {
      shell.place = place;
      await shell.load();
      if (place.kind === 'ssh') await connect(place, top);
    });
    top.show({ ...top.view, place, typed: text });
  } catch (error) {
    shell.place = before;
    top.refuse({ text, why: (error as Error).message });
  }
}

const connect = (place: Place, { parts: { shell, lend, signal } }: TopHandle): Promise<void> =>
  lend(async () => {
    shell.io.stdout.write(`connecting to ${placePrompt(place).slice(1)}\n`);
    const { getStats } = await import('../../../engine/ctnetlink/requests/requests.js');
    await shell.sourceOf(place).exchange(getStats(), signal);
  });

function rowCondition(top: TopHandle): string {
  const { row, flow, view } = top;
  if (row === undefined) throw refused('no row to delete');
  // The id distinguishes the flow from a later one with the same addresses and ports.
  if (flow !== undefined) return flow.view.id < 0 ? row.condition : `${row.condition} and id = ${flow.view.id}`;
  return both(view.filter.replace(/\s+/g, ' '), row.condition);
}

function openDelete(top: TopHandle, condition: string): void {
  const { shell, context, keys } = top.parts;
  if (shell.setting('read_only') === true) throw refused('delete is refused: this is read-only');
  const statement = deletionOf(condition, shell);
  top.open(
    new DeletePane({
      statement,
      text: deletionText(condition),
      shell,
      context,
      session: signal => top.session(signal),
      settled: () => keys.settled(),
      draw: () => top.draw(),
      closed: (message, isError) => {
        top.closePane();
        if (message !== undefined) top.say(message, isError ? 'error' : 'good');
      },
    }),
  );
}

function openFlow(top: TopHandle): void {
  const { row, flow, view } = top;
  const { shell, context } = top.parts;
  if (row === undefined || flow === undefined) return;
  const isLive = capabilitiesOf(view.place).isLive && capabilitiesOf(view.place).spans === undefined;
  top.open(
    new FlowPane({
      view: flow.view,
      select: flowOf(row.condition, shell),
      watch: isLive ? eventsOf(row.condition, shell) : undefined,
      context,
      session: signal => top.session(signal),
      shortest: () => top.pace.shortest,
      draw: () => top.draw(),
      closed: () => top.closePane(),
      deleted: top.canDelete ? () => top.deleteRow() : undefined,
    }),
  );
}
