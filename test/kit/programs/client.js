/**
 * The near end: one TCP connection or UDP socket between its standard input and output.
 *
 *   node client.js tcp|udp HOST PORT [LOCAL_PORT]
 *
 * TCP prints `connected LOCAL_PORT` first, UDP when it has a port. The end of standard input closes a TCP connection in its
 * orderly way; the program ends when the other side has closed too.
 */
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';

const [kind, host = '', port, localPort = '0'] = process.argv.slice(2);

/** @param {Error} error */
const fail = error => {
  console.error(error.message);
  process.exit(1);
};

if (kind === 'tcp') {
  const socket = connect({ host, port: Number(port), localPort: Number(localPort) }, () => {
    console.log(`connected ${socket.localPort}`);
    process.stdin.pipe(socket);
    socket.pipe(process.stdout);
  });
  socket.on('error', fail);
  socket.on('close', () => process.exit(0));
} else {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.on('error', fail);
  socket.on('message', bytes => process.stdout.write(bytes));
  socket.bind(Number(localPort), () => {
    console.log(`connected ${socket.address().port}`);
    process.stdin.on('data', bytes => socket.send(bytes, Number(port), host));
    process.stdin.on('end', () => socket.close());
  });
}
