/** Whole flows as JSON by templates. */
import type { MessageView } from '../../ctnetlink/view/view.js';
import type { EntryColumn } from '../writing/columns.js';
import { addField } from '../writing/template/field-template.js';
import { type Template, TemplateMaker, Templates } from '../writing/template/template.js';
import type { Member } from './nest.js';
import { type JsonContext, jsonValue } from './value-writer.js';

function addValue(maker: TemplateMaker, view: MessageView, column: EntryColumn, context: JsonContext): void {
  const isAddress = column.type.name === 'address';
  if (isAddress) maker.text('"');
  addField(maker, view, column, value => {
    if (value === null) return 'null';
    const text = jsonValue(value, column, context);
    // The quotes of an address are part of the template.
    return isAddress ? text.slice(1, -1) : text;
  });
  if (isAddress) maker.text('"');
}

/** The members that the message has, without braces; whether there are any. */
function addMembers(
  maker: TemplateMaker,
  view: MessageView,
  members: readonly Member[],
  columns: readonly EntryColumn[],
  context: JsonContext,
): void {
  const isThere = (member: Member): boolean =>
    member.members === undefined ? columns[member.index].read(view) !== null : member.members.some(isThere);
  members.filter(isThere).forEach((member, i) => {
    maker.text(`${i === 0 ? '' : ','}${member.key}`);
    if (member.members === undefined) addValue(maker, view, columns[member.index], context);
    else {
      maker.text('{');
      addMembers(maker, view, member.members, columns, context);
      maker.text('}');
    }
  });
}

/** @returns the template of a flow's object, that of its kind */
export function jsonTemplates(
  members: readonly Member[],
  columns: readonly EntryColumn[],
  context: JsonContext,
): Templates {
  return new Templates((view): Template => {
    const maker = new TemplateMaker(view);
    maker.text('{');
    addMembers(maker, view, members, columns, context);
    return maker.text('}').make();
  });
}
