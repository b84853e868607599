import { isIntegral, PORT, PROTO, TEXT } from '../../schema/type.js';
import type { ScalarDefinition } from '../function.js';

export const service: ScalarDefinition = {
  signature: 'service(port [, proto])',
  doc: 'the name of the service at a port, as in /etc/services; its number if it has none; without a protocol, all of its names: shell/syslog',
  arity: [1, 2],
  example: 'select service(dport), count(*) from conntrack group by service(dport)',
  isStable: true,
  wordType: index => (index === 0 ? PORT : PROTO),
  type: args => (args.expect(0, isIntegral, 'a port') && args.expect(1, isIntegral, 'a protocol') ? TEXT : undefined),
  compile: ([first, second], { environment }) => {
    return row => {
      const port = first(row) as number | null;
      if (port === null) return null;
      const proto = second ? (second(row) as number | null) : null;
      return environment.serviceName(port, proto ?? undefined) ?? String(port);
    };
  },
};
