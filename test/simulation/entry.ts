import type { Table } from '../../lambda/adapters/table';
import type { Clock } from '../../lambda/realtime/ports';
import type { SimulatedSocket } from './socket';

/** Entry of the WebSocket lane: an API Gateway API, or servers of the lane. */
export interface Entry {
  /** @returns the socket class of a client. @param created called with each new socket. */
  sockets(created: (socket: SimulatedSocket) => void): new (url: string, protocols: string[]) => SimulatedSocket;
  /**
   * Subscribes a connection outside of the simulation.
   *
   * @param stays false if it has disappeared, and the table still has it
   */
  joins(topic: string, stays: boolean, table: Table, clock: Clock): Promise<void>;
  /** Makes the client of a socket disappear without closing the connection. */
  lose(socket: SimulatedSocket): void;
  /** Closes all connections. */
  closeAll(): void;
}
