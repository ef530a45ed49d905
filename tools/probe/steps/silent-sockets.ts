import type { Context } from './context';
import { openSockets } from './open-sockets';
import { opener } from './opening';
import { holdsRequests } from '../diagnosis/load/held';
import { confirmed } from './requests-beside';

/** Requests beside one socket that sends nothing, which is what each visitor has open. */
export async function besideOneSocket(context: Context): Promise<void> {
  await besideSockets(context, 1);
}

/** Requests beside 1, 2, 4, … sockets that send nothing, until requests wait for their end. */
export async function silentSockets(context: Context): Promise<void> {
  const { plan, found } = context;
  if (!plan.load || found.held.some((held) => held.kind === 'socket' && holdsRequests(held))) {
    return;
  }
  for (const count of counts(plan.load.sockets)) {
    if (await besideSockets(context, count)) {
      break;
    }
  }
}

/** 2, 4, 8, … and the maximum. One was measured before. */
export function counts(maximum: number): number[] {
  const doubled: number[] = [];
  for (let count = 2; count < maximum; count *= 2) {
    doubled.push(count);
  }
  return maximum > 1 ? [...doubled, maximum] : [];
}

async function besideSockets(context: Context, count: number): Promise<boolean> {
  const sockets = opener(context);
  if (!sockets) {
    return false;
  }
  context.show(`requests beside ${count} silent ${count === 1 ? 'WebSocket' : 'WebSockets'}`);
  return confirmed(context, async () => {
    const open = await openSockets(count, sockets, context.server.signal);
    return {
      kind: 'socket',
      requested: count,
      opened: open.opened,
      dropped: () => open.dropped.length,
      close: () => open.close(),
    };
  });
}
