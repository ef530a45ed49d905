import type { Socket } from 'node:net';

/**
 * Observes a client that waits for the response to its handshake, and consumes none of its data.
 *
 * @param left - called at most once, as soon as the client has closed the socket
 * @returns a function that ends the observation
 */
export function onDeparture(socket: Socket, left: () => void): () => void {
  const events = ['end', 'close'] as const;
  const ended = () => {
    stop();
    left();
  };
  // A socket that nothing reads emits no `end`. This reads nothing but the end.
  const look = () => socket.read(0);
  const stop = () => {
    socket.off('readable', look);
    for (const event of events) {
      socket.off(event, ended);
    }
  };
  socket.on('readable', look);
  for (const event of events) {
    socket.on(event, ended);
  }
  return stop;
}
