import type { MessageView } from '../../ctnetlink/view/view.js';
import { NLM_F_MULTI } from '../../netlink/constants.js';

/** What happened to an entry of an event stream. */
export type FlowEvent = 'new' | 'update' | 'destroy';

/** The event that a message tells of; undefined for entries of a dump, which a watch may show before its events. */
export const eventOf = (view: MessageView, events: boolean): FlowEvent | undefined =>
  events && (view.flags & NLM_F_MULTI) === 0 ? view.event : undefined;
