import { KEY_DOCS } from './top-keys.js';
import type { HelpTopic } from './topic.js';

/** `help top`. */
export const TOP_PAGE: HelpTopic = {
  summary: 'ctq top: the connections as they change, on the full screen',
  syntax: [
    'ctq top [OPTION…] [CONDITION | FILE]',
    '  --every TIME   between two refreshes: 2s',
    '  --group NAME   source, destination, port, network, state',
    '  --sort COLUMN  --sort=-COLUMN the other way round',
    '  --filter CONDITION',
    '  --in PLACE     netns blue, ssh root@gw1; also --netns, --file',
    '.top [CONDITION | FILE]',
  ],
  text: [
    'Shows the table again and again, with rates per second, and asks the kernel no more often than a tenth of a processor allows. Only what is shown is kept. Of a file, the flows are shown as they were written; it is read again when it changes.',
    KEY_DOCS,
    'It requires a terminal. d and D show the statement and its flows, warn of your own SSH connection, and ask; --read-only refuses them.',
  ],
  examples: [
    {
      query:
        'select src, count(*) as flows, rate(bytes) as bytes_per_s from conntrack group by src order by flows desc limit 10 every 2s',
      what: 'the same as a statement, for other keys and columns',
    },
  ],
  see: ['where', 'keys', 'delete', 'watch'],
};
