/** What most tests use: what V8 compiles of it is kept for all of them (scripts/lib/bundle-tests.js). It must not need the kernel. */
import fc from 'fast-check';
import * as assert from 'uvu/assert';
import { folder, shell } from '../shell/support.js';
import './cli.js';
import './oracle.js';
import { checkedQuery } from './engine.js';
import { fillTables } from './flows.js';

const LINES = `ipv4     2 tcp      6 300 ESTABLISHED src=192.0.2.1 dst=198.51.100.1 sport=40000 dport=443 src=198.51.100.1 dst=192.0.2.1 sport=443 dport=40000 [ASSURED] mark=1 use=1
ipv4     2 udp      17 20 src=192.0.2.2 dst=198.51.100.2 sport=5000 dport=53 [UNREPLIED] src=198.51.100.2 dst=192.0.2.2 sport=53 dport=5000 mark=0 use=1
`;

export async function warmUp(): Promise<void> {
  assert.type(fillTables, 'function');
  const path = `${folder({ 'flows.txt': LINES })}/flows.txt`;
  for (const statement of [
    `select src, count(*) as flows from '${path}' where dport in (443, 53) group by src order by flows desc limit 5 output table`,
    `select from '${path}' output jsonl`,
    `select from '${path}' output save`,
    `explain select from conntrack where src = 192.0.2.1 and sport > 1000`,
  ])
    assert.is((await shell(['--no-config', statement])).status, 0);
  await shell(['--no-config', 'select scr from conntrack']);
  checkedQuery('select src from conntrack where src in 192.0.2.0/24');
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(), fc.string())), values => Array.isArray(values)));
  assert.equal([1, { a: 2 }], [1, { a: 2 }]);
}
