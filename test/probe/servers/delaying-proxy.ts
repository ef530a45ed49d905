import { connect, createServer, type Socket } from 'node:net';
import { serve } from './api';

/** Usage: PORT to go on to, milliseconds of a round trip. What opens a connection is not delayed: the kernel does that. */
const [target = 0, roundTrip = 0] = process.argv.slice(2).map(Number);

serve(
  createServer({ noDelay: true }, (client) => {
    const server = connect({ port: target, host: '127.0.0.1', noDelay: true });
    delay(client, server);
    delay(server, client);
  }),
);

function delay(from: Socket, to: Socket): void {
  // Timers of one length end in the order in which they began.
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), roundTrip / 2));
  from.on('close', () => setTimeout(() => to.destroy(), roundTrip / 2));
  from.on('error', () => from.destroy());
}
