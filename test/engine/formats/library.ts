/** libnetfilter_conntrack itself, called directly: what conntrack(8) would print for any message, whether the kernel sends such or not. */
import koffi from 'koffi';

export const LINE = 0;
export const XML = 1;
/** NFCT_OF_*: libnetfilter_conntrack.h. */
export const SHOW = { layer3: 1, time: 2, id: 4, timestamp: 8 } as const;
/** NFCT_T_*. */
export const EVENT = { none: 0, new: 1, update: 2, destroy: 4 } as const;

type Handle = unknown;

function bind() {
  const library = koffi.load('libnetfilter_conntrack.so.3');
  const snprintf =
    '(_Out_ uint8_t *text, unsigned int size, void *entry, unsigned int event, unsigned int type, unsigned int flags';
  return {
    newFlow: library.func('void *nfct_new()'),
    freeFlow: library.func('void nfct_destroy(void *entry)'),
    parseFlow: library.func('int nfct_nlmsg_parse(const void *message, void *entry)'),
    printFlow: library.func(`int nfct_snprintf_labels${snprintf}, void *labels)`),
    newExpectation: library.func('void *nfexp_new()'),
    freeExpectation: library.func('void nfexp_destroy(void *entry)'),
    parseExpectation: library.func('int nfexp_nlmsg_parse(const void *message, void *entry)'),
    printExpectation: library.func(`int nfexp_snprintf${snprintf})`),
    labels: library.func('void *nfct_labelmap_new(const char *path)'),
  };
}

let bound: ReturnType<typeof bind> | undefined;

/** Undefined where the library is not installed. */
export function library(): ReturnType<typeof bind> | undefined {
  try {
    bound ??= bind();
  } catch {
    return undefined;
  }
  return bound;
}

const text = Buffer.alloc(16_384);

/** @param labels of `labels(path)`, or null */
export function printFlow(message: Uint8Array, event: number, type: number, flags: number, labels: Handle): string {
  const { newFlow, freeFlow, parseFlow, printFlow } = library()!;
  const entry = newFlow();
  try {
    if (parseFlow(message, entry) < 0) throw new Error('the library cannot parse the message');
    return text.toString('utf8', 0, printFlow(text, text.length, entry, event, type, flags, labels));
  } finally {
    freeFlow(entry);
  }
}

export function printExpectation(message: Uint8Array, event: number, type: number, flags: number): string {
  const { newExpectation, freeExpectation, parseExpectation, printExpectation } = library()!;
  const entry = newExpectation();
  try {
    if (parseExpectation(message, entry) < 0) throw new Error('the library cannot parse the message');
    return text.toString('utf8', 0, printExpectation(text, text.length, entry, event, type, flags));
  } finally {
    freeExpectation(entry);
  }
}
