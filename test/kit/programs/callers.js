/**
 * Many clients: sockets of several addresses, all with the same ports, so that a router has to choose others for most of them.
 *
 *   node callers.js HOST UDP_PORT TCP_PORT FIRST_PORT SOCKETS ADDRESS…
 *
 * Opens SOCKETS of each kind for each address, and sends the address and port of each through it. Prints `ready` when all were answered,
 * and ends with its standard input; what is open then ends with it.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

const [host, udpPort, tcpPort, firstPort, sockets, ...addresses] = process.argv.slice(2);

/** @param {string} address @param {number} port */
const callUdp = (address, port) =>
  new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const send = () => socket.send(`${address} ${port}`, Number(udpPort), host);
    const again = setInterval(send, 500);
    socket.on('error', reject);
    socket.on('message', () => {
      clearInterval(again);
      resolve(undefined);
    });
    socket.bind(port, address, send);
  });

/** @param {string} address @param {number} port */
const callTcp = (address, port) =>
  new Promise((resolve, reject) => {
    const options = { host, port: Number(tcpPort), localAddress: address, localPort: port };
    const socket = connect(options, () => socket.write(`${address} ${port}`));
    socket.on('error', reject);
    socket.on('data', resolve);
  });

for (let i = 0; i < Number(sockets); i++) {
  const port = Number(firstPort) + i;
  await Promise.all(addresses.flatMap(address => [callUdp(address, port), callTcp(address, port)]));
}
console.log('ready');
process.stdin.on('end', () => process.exit(0)).resume();
