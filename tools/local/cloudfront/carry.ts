import type { Socket } from 'node:net';
import { join } from '../http/ip-target/join';

/** A WebSocket is closed after this time without a byte from the origin: 10 minutes. What the viewer sends does not count. */
const IDLE_MS = 600_000;

/** Carries the data of a WebSocket. Resolves when both connections are closed. */
export async function carry(viewer: Socket, origin: Socket): Promise<void> {
  const timer = setTimeout(() => origin.destroy(), IDLE_MS);
  origin.on('data', () => timer.refresh());
  try {
    await join(viewer, origin, 0);
  } finally {
    clearTimeout(timer);
  }
}
