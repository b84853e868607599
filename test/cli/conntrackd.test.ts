// timeout: 120
/** Two gateways whose conntrackd(8) keeps the flows of each in the other: a flow is recorded by the gateway that it went through. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ctq, startCtq } from '../kit/cli.js';
import { Namespace } from '../kit/namespace.js';
import { conntrack, subscribed } from '../kit/oracle.js';
import { Program } from '../kit/program.js';
import { until } from '../kit/until.js';
import { ADDRESS, createWorld, type World } from '../kit/world.js';

const test = suite('history: conntrackd');

const CONNTRACKD = '/usr/sbin/conntrackd';
const SYNC = ['192.168.100.1', '192.168.100.2'] as const;

let folder = '';
let world: World;
let backup: Namespace;
const programs: Program[] = [];

/** @param own index of its address @returns the program, in the foreground */
function startConntrackd(netns: string, own: 0 | 1): Program {
  const path = (name: string): string => join(folder, `${netns}.${name}`);
  writeFileSync(
    path('conf'),
    `Sync {
  Mode FTFW { DisableExternalCache yes }
  UDP {
    IPv4_address ${SYNC[own]}
    IPv4_Destination_Address ${SYNC[1 - own]}
    Port 3780
    Interface sync
    Checksum on
  }
}
General {
  HashSize 8192
  HashLimit 65535
  LogFile ${path('log')}
  LockFile ${path('lock')}
  UNIX { Path ${path('socket')} }
  NetlinkBufferSize 2097152
  NetlinkBufferSizeMaxGrowth 8388608
  Filter From Userspace {
    Protocol Accept {
      TCP
      UDP
    }
    Address Ignore {
      IPv4_address 127.0.0.1
      IPv4_address ${SYNC[0]}
      IPv4_address ${SYNC[1]}
    }
  }
}
`,
  );
  const program = new Program([CONNTRACKD, '-C', path('conf')], { netns });
  programs.push(program);
  return program;
}

const flowsOf = (netns: string): string => conntrack(['-L', '-p', 'udp', '-s', ADDRESS.client], { netns }).stdout;

if (existsSync(CONNTRACKD)) {
  test.before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ctq-conntrackd-'));
    world = createWorld('c');
    backup = new Namespace('cbackup');
    world.router.ip(
      `link add sync type veth peer name sync netns ${backup.name}`,
      `addr add ${SYNC[0]}/24 dev sync`,
      'link set sync up',
    );
    backup.ip(`addr add ${SYNC[1]}/24 dev sync`, 'link set sync up');
    backup.sysctl({ 'net.netfilter.nf_conntrack_timestamp': 1, 'net.netfilter.nf_conntrack_acct': 1 });
    backup.nft('table inet track {\nchain input { type filter hook input priority 0; ct state new counter; }\n}');
    startConntrackd(world.router.name, 0);
    startConntrackd(backup.name, 1);
    for (const netns of [world.router.name, backup.name])
      await until('conntrackd to run', () => existsSync(join(folder, `${netns}.socket`)), { within: 20_000 });
  });

  test.after(async () => {
    await Promise.all(programs.map(each => each.stop('SIGKILL')));
    await world.destroy();
    backup.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  test('its events are left out, unless a condition on portid asks for them', async () => {
    const store = (name: string): string => join(folder, name);
    const recorders = [
      [world.router.name, 'gateway', ''],
      [backup.name, 'backup', ''],
      [backup.name, 'all', 'where portid is not null'],
    ].map(([netns, name, where]) =>
      startCtq([`watch from conntrack on destroy ${where} into '${store(name)}' keep 1d`], { netns }),
    );
    programs.push(...recorders);
    for (const netns of [world.router.name, backup.name]) await subscribed([3], netns);
    await until('the recorders', () => ['gateway', 'backup', 'all'].every(name => existsSync(store(name))), {
      within: 30_000,
    });
    await world.serve(world.server, ['udp:53']);
    const { program, localPort } = await world.exchange('udp', ADDRESS.server, 53);
    await until('the flow in the other kernel', () => flowsOf(backup.name).includes(`sport=${localPort} `), {
      within: 20_000,
    });
    await program.stop();
    const { code } = await ctq(['--yes', `delete from conntrack where sport = ${localPort}`], {
      netns: world.router.name,
    });
    assert.is(code, 0);
    await until('its end in the other kernel', () => !flowsOf(backup.name).includes(`sport=${localPort} `), {
      within: 20_000,
    });
    for (const recorder of recorders) assert.is(await recorder.stop('SIGTERM'), 143, recorder.stderr);
    const recorded = async (name: string): Promise<string> => {
      const text = `select sport from conntrack in history '${store(name)}' since forever where proto = udp and dport = 53`;
      return (await ctq([`${text} output csv, noheader`])).stdout.trim();
    };
    assert.is(await recorded('gateway'), String(localPort));
    assert.is(await recorded('backup'), '');
    // It deletes and makes an entry again for some of its changes.
    assert.ok((await recorded('all')).split('\n').includes(String(localPort)));
  });
} else {
  test.skip('conntrackd is not installed', () => {});
}

test.run();
