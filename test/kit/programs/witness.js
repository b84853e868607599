/**
 * A server that writes down who called: what an abuse report has.
 *
 *   node witness.js UDP_PORT TCP_PORT
 *
 * Prints `ready`, and `PROTO ADDRESS PORT TEXT` for each caller, as it sees it, with the text that it was sent; answers with the text.
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const [udpPort, tcpPort] = process.argv.slice(2).map(Number);

/** @param {string} proto @param {string | undefined} address @param {number | undefined} port @param {Buffer} text */
const note = (proto, address, port, text) => console.log(`${proto} ${address} ${port} ${text}`);

const datagrams = createSocket('udp4');
datagrams.on('message', (text, { address, port }) => {
  note('udp', address, port, text);
  datagrams.send(text, port, address);
});
await new Promise(resolve => datagrams.bind(udpPort, () => resolve(undefined)));
const server = createServer(socket => {
  socket.on('error', () => {});
  socket.on('data', text => {
    note('tcp', socket.remoteAddress, socket.remotePort, text);
    socket.write(text);
  });
});
await new Promise(resolve => server.listen(tcpPort, '0.0.0.0', () => resolve(undefined)));
console.log('ready');
