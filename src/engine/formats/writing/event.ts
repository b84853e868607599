import type { MessageView } from '../../ctnetlink/view/view.js';
import { NLM_F_MULTI } from '../../netlink/constants.js';
import type { Header } from '../sink.js';

/** What happened to an entry of an event stream. */
export type FlowEvent = 'new' | 'update' | 'destroy';

/** Whether entries of a result may be events. */
export const mayHoldEvents = ({ events = false, fromFile = false }: Header): boolean => events || fromFile;

/** The event of a message; undefined for an entry of a dump, which a watch may show before its events. */
export const eventOf = (view: MessageView, events: boolean): FlowEvent | undefined =>
  events && (view.flags & NLM_F_MULTI) === 0 ? view.event : undefined;
