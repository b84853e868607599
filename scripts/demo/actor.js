/**
 * The two ends of the demo's traffic.
 *
 *   node actor.js server           answers; prints `ready` when it listens
 *   node actor.js client           opens connections and keeps them open; prints `ready` when all have been used
 *   node actor.js visitor [MS]     one short connection after another, until stopped
 *   node actor.js busy             connections that receive at changing rates, until stopped
 *
 * Both end when their standard input ends.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const SERVER = '192.0.2.2';
const SERVER6 = '2001:db8:2::2';
const VIRTUAL = '198.51.100.80';
const KIB = 1024;

/** Listening ports: a line with a number is answered with that many bytes. */
const TCP_PORTS = [22, 80, 443, 5432];
const UDP_PORTS = [53, 443];

async function serve() {
  for (const port of TCP_PORTS) {
    const server = createServer(socket => {
      socket.on('error', () => socket.destroy());
      socket.on('data', request => socket.write(Buffer.alloc(Number.parseInt(request.toString(), 10) || 1)));
    });
    server.listen(port, '::');
    await once(server, 'listening');
  }
  for (const port of UDP_PORTS) {
    const socket = createSocket('udp6');
    socket.on('message', (bytes, { address, port: from }) => socket.send(bytes, from, address));
    socket.bind(port, '::');
    await once(socket, 'listening');
  }
}

/** A connection that has received a number of bytes. @param {{ from: string, to: string, port: number, bytes: number }} what */
async function download({ from, to, port, bytes }) {
  const socket = connect({ host: to, port, localAddress: from });
  await once(socket, 'connect');
  let missing = bytes;
  socket.write(`${bytes}\n`);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    missing -= chunk.length;
    if (missing <= 0) {
      break;
    }
  }
  socket.on('error', () => {});
  return socket;
}

/** @param {{ from: string, to: string, port: number, times: number }} what */
async function ask({ from, to, port, times }) {
  const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  for (let n = 0; n < times; n++) {
    socket.send('a question', port, to);
    await once(socket, 'message');
  }
}

/** A datagram without an answer. @param {string} from @param {number} port */
async function ignored(from, port) {
  const socket = createSocket('udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  socket.send('anybody there?', port, SERVER);
}

/** A connection attempt without an answer. @param {string} from @param {number} port */
function refused(from, port) {
  connect({ host: SERVER, port, localAddress: from }).on('error', () => {});
}

async function beClient() {
  const [alice, bob, carol] = ['10.0.1.2', '10.0.1.3', '10.0.1.4'];
  await Promise.all([
    download({ from: alice, to: SERVER, port: 443, bytes: 3 * KIB * KIB }),
    download({ from: alice, to: SERVER, port: 443, bytes: 180 * KIB }),
    download({ from: alice, to: SERVER, port: 22, bytes: 12 * KIB }),
    download({ from: bob, to: SERVER, port: 443, bytes: 900 * KIB }),
    download({ from: bob, to: SERVER, port: 80, bytes: 40 * KIB }),
    download({ from: bob, to: VIRTUAL, port: 8080, bytes: 64 * KIB }),
    download({ from: carol, to: SERVER, port: 5432, bytes: 250 * KIB }),
    download({ from: carol, to: SERVER, port: 5432, bytes: 30 * KIB }),
    download({ from: 'fd00:1::2', to: SERVER6, port: 443, bytes: 700 * KIB }),
    ask({ from: alice, to: SERVER, port: 53, times: 1 }),
    ask({ from: alice, to: SERVER, port: 53, times: 3 }),
    ask({ from: bob, to: SERVER, port: 53, times: 2 }),
    ask({ from: bob, to: SERVER, port: 443, times: 40 }),
    ask({ from: 'fd00:1::2', to: SERVER6, port: 53, times: 2 }),
    ignored(carol, 123),
    ignored(carol, 161),
  ]);
  refused(carol, 3306);
  refused(carol, 6379);
}

/** @param {number} interval in milliseconds */
async function visit(interval) {
  for (;;) {
    const socket = await download({ from: '10.0.1.4', to: SERVER, port: 80, bytes: 2 * KIB });
    socket.end();
    socket.destroy();
    await pause(interval);
  }
}

/** A connection that receives again and again, at a rate that rises and falls. @param {{ from: string, to: string, port: number, bytes: number, seconds: number }} what */
async function receive({ from, to, port, bytes, seconds }) {
  const socket = await download({ from, to, port, bytes: 1 });
  socket.resume();
  for (let n = 0; ; n++) {
    const share = (1 + Math.sin((2 * Math.PI * n) / (seconds * 4))) / 2;
    socket.write(`${Math.max(1, Math.round((bytes * share) / 4))}\n`);
    await pause(250);
  }
}

function beBusy() {
  const [alice, bob, carol] = ['10.0.1.2', '10.0.1.3', '10.0.1.4'];
  const connections = [
    { from: alice, to: SERVER, port: 443, bytes: 4 * KIB * KIB, seconds: 11 },
    { from: bob, to: VIRTUAL, port: 8080, bytes: 900 * KIB, seconds: 5 },
    { from: carol, to: SERVER, port: 5432, bytes: 300 * KIB, seconds: 8 },
    { from: 'fd00:1::2', to: SERVER6, port: 443, bytes: 90 * KIB, seconds: 14 },
    { from: bob, to: SERVER, port: 22, bytes: 4 * KIB, seconds: 3 },
  ];
  for (const connection of connections) void receive(connection);
}

const [role, interval = '150'] = process.argv.slice(2);
process.stdin.on('end', () => process.exit(0)).resume();
if (role === 'server') {
  await serve();
} else if (role === 'client') {
  await beClient();
} else if (role === 'busy') {
  beBusy();
} else {
  void visit(Number(interval));
}
console.log('ready');
