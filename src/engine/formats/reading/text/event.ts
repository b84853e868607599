import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_MULTI } from '../../../netlink/constants.js';

/** What happened, in the words of conntrack's own XML and of the language. */
export const EVENTS = ['new', 'update', 'destroy'] as const;

export type EventName = (typeof EVENTS)[number];

/** Flags of what the kernel sends; an entry without an event is one of a dump. */
const FLAGS = { new: NLM_F_CREATE | NLM_F_EXCL, update: 0, destroy: 0 } as const satisfies Record<EventName, number>;

export const eventFlags = (event: EventName | undefined): number => (event === undefined ? NLM_F_MULTI : FLAGS[event]);
