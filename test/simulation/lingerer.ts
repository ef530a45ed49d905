import type { Principal } from '../../lambda/realtime/principal';
import { PROTOCOL } from '../../client/protocol';
import type { World } from './world';

/** Milliseconds until the next attempt after a socket has closed or was refused. */
const AGAIN = 30_000;

/** Subscribes without the client, and stays until the server closes the socket: also after the end of its authorization. */
export class Lingerer {
  constructor(
    private readonly world: World,
    private readonly principal: Pick<Principal, 'tenant' | 'subject'>,
    private readonly topics: readonly string[],
  ) {}

  /** Opens sockets, one after another, until a time in milliseconds since 1970. */
  async live(until: number): Promise<void> {
    const { time } = this.world;
    while (time.now() < until) {
      await this.stay(until);
      await time.waitUntil(until, AGAIN);
    }
  }

  private async stay(until: number): Promise<void> {
    const { world, principal, topics } = this;
    const Socket = world.entry.sockets(() => undefined);
    const ticket = await world.ticketFor(principal);
    const socket = new Socket('wss://ws.example.com', ticket ? [PROTOCOL, `ticket.${ticket}`] : [PROTOCOL]);
    await new Promise<void>((resolve) => {
      socket.addEventListener('open', () => socket.send(JSON.stringify({ action: 'subscribe', topics, ref: '1' })));
      socket.addEventListener('close', () => resolve());
      world.time.setTimeout(() => {
        socket.close();
        resolve();
      }, until - world.time.now());
    });
  }
}
