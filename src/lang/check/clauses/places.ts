import type { Origin, Place } from '../../checked/ast.js';
import type { Diagnostics } from '../../diagnostics/diagnostic.js';
import { didYouMean } from '../../diagnostics/did-you-mean.js';
import type { Span } from '../../diagnostics/span.js';
import { TABLE_NAMES, TABLES, type Table, tableOf } from '../../schema/catalogue.js';
import { HERE, PLACE_WORDS, PLACES_EXPECTED, QUOTED_PLACES, type QuotedPlace } from '../../schema/places.js';
import { protocolCondition, tableSynonym } from '../../schema/synonyms.js';
import type { Name, SourceRef, TableRef } from '../../syntax/ast.js';
import type { ClauseChecker } from '../scope.js';
import { constantOf } from './constants.js';
import { checkStore } from './history-store.js';

/** The table that a query reads. Names in a query of a file are those of flows. @param others further names, for hints */
export function checkOrigin(
  ref: TableRef,
  diagnostics: Diagnostics,
  others: readonly string[] = [],
): { origin: Origin; table: Table; name: string } | undefined {
  if (ref.kind === 'query') {
    diagnostics.error('clause', ref, 'expected a table, got a select');
    return undefined;
  }
  if (ref.kind === 'file') {
    if (isEmptyPath(ref, ref.path, diagnostics)) return undefined;
    const name = ref.alias?.text ?? `'${ref.path}'`;
    return { origin: { kind: 'file', path: ref.path, table: 'conntrack' }, table: TABLES.conntrack, name };
  }
  const table = tableOf(ref.name.text);
  if (!table) {
    diagnostics.error(
      'name.table',
      ref.name,
      `unknown table '${ref.name.text}'`,
      tableSynonym(ref.name.text) ??
        ofProtocol(ref.name.text) ??
        didYouMean(ref.name.text, [...TABLE_NAMES, ...others]) ??
        `tables are ${TABLE_NAMES.join(', ')}; a file is quoted: from 'dump.save'`,
    );
    return undefined;
  }
  if (ref.alias?.text.toLowerCase() === 'follow')
    diagnostics.warning(
      'clause',
      ref.alias,
      "'follow' is only another name of the table here",
      'watch from conntrack follows what happens; select … every 2s repeats',
    );
  return { origin: { kind: 'table', table: table.name }, table, name: ref.alias?.text ?? table.name };
}

/** Whether the name of a file is an empty text, as of a variable of a shell that is not set; reports it. */
export function isEmptyPath(span: Span, path: string, diagnostics: Diagnostics): boolean {
  if (path !== '') return false;
  diagnostics.error('missing', span, 'the name of the file is empty');
  return true;
}

/** `count tcp`. */
function ofProtocol(name: string): string | undefined {
  const condition = protocolCondition(name);
  return condition && `write: … conntrack where ${condition}`;
}

/** The place that a statement names; undefined if it names none, or an invalid one, which is reported. */
export function checkPlace(ref: SourceRef | undefined, checker: ClauseChecker): Place | undefined {
  if (!ref) return undefined;
  const { diagnostics } = checker;
  switch (ref.kind) {
    case 'netns':
      return ref.name === '*' ? { kind: 'every_netns' } : { kind: 'netns', name: ref.name.text };
    case 'pid': {
      // The value of a variable is known once its statement has run; it is checked again then.
      const variable = ref.pid.kind === 'variable' ? checker.context.variables.get(ref.pid.name) : undefined;
      if (variable && !variable.binding) return undefined;
      const before = diagnostics.list.length;
      const pid = constantOf(ref.pid, checker)?.value;
      if (diagnostics.list.length > before) return undefined;
      if (typeof pid === 'number' && Number.isInteger(pid) && pid > 0 && pid <= 0x7fffffff) return { kind: 'pid', pid };
      diagnostics.error('range', ref.pid, 'expected a process ID', 'write: in pid 4711');
      return undefined;
    }
    case 'quoted':
      return checkQuoted(ref.word, ref.text, ref, diagnostics);
    case 'listed':
      return checkListed(ref.word, ref.names, ref, diagnostics);
    case 'fleet':
      return checkFleet(ref.names, checker);
    case 'kernel':
      return HERE;
    case 'history': {
      const store = checkStore(ref.store, ref, diagnostics);
      return store === undefined ? undefined : { kind: 'history', store };
    }
  }
}

function quotedPlace(word: Name, diagnostics: Diagnostics): QuotedPlace | undefined {
  const kind = QUOTED_PLACES.get(word.text.toLowerCase());
  if (kind === undefined)
    diagnostics.error(
      'name.value',
      word,
      `unknown place '${word.text}'`,
      didYouMean(word.text, PLACE_WORDS) ?? `expected ${PLACES_EXPECTED}`,
    );
  return kind;
}

function checkQuoted(word: Name, text: string, span: Span, diagnostics: Diagnostics): Place | undefined {
  const kind = quotedPlace(word, diagnostics);
  if (kind?.word === 'file' && isEmptyPath(span, text, diagnostics)) return undefined;
  const place = kind?.parse(text);
  if (kind !== undefined && place === undefined)
    diagnostics.error('name.value', span, `expected ${kind.expected}, got '${text}'`, `write: in ${kind.example}`);
  return place;
}

/** `ssh ('gw1', 'gw2')`. */
function checkListed(word: Name, names: readonly Name[], span: Span, diagnostics: Diagnostics): Place | undefined {
  const kind = quotedPlace(word, diagnostics);
  if (kind === undefined) return undefined;
  if (kind.several === undefined) {
    diagnostics.error('clause', span, `${kind.word} takes one text, not a list`, `write: in ${kind.example}`);
    return undefined;
  }
  const invalid = names.find(({ text }) => kind.parse(text) === undefined);
  if (invalid) {
    diagnostics.error('name.value', invalid, `expected ${kind.expected}, got '${invalid.text}'`);
    return undefined;
  }
  return isEachOnce(names, diagnostics) ? kind.several(names.map(({ text }) => text)) : undefined;
}

/** `fleet (edge, 'gw1')`: groups and members. A fleet without members is reported when the statement runs. */
export function checkFleet(names: readonly Name[], { diagnostics, context }: ClauseChecker): Place | undefined {
  const fleet = context.environment.fleet?.();
  const known = fleet && [...fleet.groups, ...fleet.members];
  const unknown = known && known.length > 0 ? names.find(({ text }) => !known.includes(text)) : undefined;
  if (known && unknown) {
    diagnostics.error(
      'name.value',
      unknown,
      `the fleet has no group or member '${unknown.text}'`,
      didYouMean(unknown.text, known) ??
        (fleet.groups.length > 0
          ? `groups are ${fleet.groups.join(', ')}; show fleet lists the members`
          : 'show fleet lists the members'),
    );
    return undefined;
  }
  return isEachOnce(names, diagnostics) ? { kind: 'fleet', names: names.map(({ text }) => text) } : undefined;
}

function isEachOnce(names: readonly Name[], diagnostics: Diagnostics): boolean {
  const again = names.find(({ text }, i) => names.findIndex(each => each.text === text) < i);
  if (again) diagnostics.error('name.value', again, `duplicate name '${again.text}'`, 'each gateway is asked once');
  return again === undefined;
}
