/**
 * The far end of the test bed's traffic: echoes TCP and UDP on the ports given, and speaks as much FTP as a helper listens to.
 *
 *   node server.js tcp:80 udp:53 ftp:21
 *
 * Prints `ready` when all of them listen. Ends when its standard input does.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** @param {import('node:net').Server} server @param {number} port */
async function listen(server, port) {
  server.listen(port, '::');
  await once(server, 'listening');
}

/** @param {number} port */
async function echoTcp(port) {
  const server = createServer(socket => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  await listen(server, port);
}

/** @param {number} port */
async function echoUdp(port) {
  const socket = createSocket('udp6');
  socket.on('message', (bytes, { address, port: from }) => socket.send(bytes, from, address));
  socket.bind(port, '::');
  await once(socket, 'listening');
}

/**
 * The control channel of FTP (RFC 959, RFC 2428), and the data channels, each of which sends one line.
 * @param {import('node:net').Socket} control
 */
function serveFtp(control) {
  control.on('error', () => control.destroy());
  control.setEncoding('latin1');
  /** @param {string} line */
  const reply = line => control.write(`${line}\r\n`);

  /** Opens a port for one data channel. @param {(port: number) => string} announce */
  const passive = announce => {
    const data = createServer(socket => {
      socket.on('error', () => socket.destroy());
      socket.end('data\r\n');
      data.close();
    });
    control.on('close', () => data.close());
    data.listen(0, '::', () => {
      const address = data.address();
      reply(announce(typeof address === 'object' && address !== null ? address.port : 0));
    });
  };
  /** Opens a data channel to the client. @param {string} host @param {number} port */
  const active = (host, port) => {
    reply('200 ok');
    const socket = connect({ host, port, localPort: 20 }, () => socket.end('data\r\n'));
    socket.on('error', error => reply(`425 ${error.message}`));
  };

  const local = (control.localAddress ?? '').replace('::ffff:', '');
  /** @type {[RegExp, (words: RegExpExecArray) => void][]} */
  const commands = [
    [/^USER /, () => reply('230 logged in')],
    [
      /^PASV$/,
      () => passive(port => `227 Entering Passive Mode (${local.replaceAll('.', ',')},${port >> 8},${port & 255})`),
    ],
    [/^EPSV$/, () => passive(port => `229 Entering Extended Passive Mode (|||${port}|)`)],
    [
      /^PORT (\d+),(\d+),(\d+),(\d+),(\d+),(\d+)$/,
      ([, a, b, c, d, high, low]) => active(`${a}.${b}.${c}.${d}`, 256 * Number(high) + Number(low)),
    ],
    [/^EPRT \|[12]\|([^|]+)\|(\d+)\|$/, ([, host = '', port]) => active(host, Number(port))],
  ];

  let rest = '';
  control.on('data', chunk => {
    const lines = (rest + chunk).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const found = commands.some(([pattern, act]) => {
        const words = pattern.exec(line);
        if (words !== null) {
          act(words);
        }
        return words !== null;
      });
      if (!found) {
        reply('502 not known here');
      }
    }
  });
  reply('220 hello');
}

for (const argument of process.argv.slice(2)) {
  const [kind, number] = argument.split(':');
  const port = Number(number);
  if (kind === 'tcp') {
    await echoTcp(port);
  } else if (kind === 'udp') {
    await echoUdp(port);
  } else if (kind === 'ftp') {
    await listen(createServer(serveFtp), port);
  } else {
    throw new Error(`unknown service ${argument}`);
  }
}
process.stdin.on('end', () => process.exit(0)).resume();
console.log('ready');
