import { PROTOCOL, type ServerFrame } from '../../../client/protocol';
import type { Bounds, StormOrder, StormReport } from './storm-order';
import { orderBook } from '../../load-data';

/** Maximum number of concurrent handshakes. */
const HANDSHAKES = 8;

/** Bursts per second. */
const BURSTS = 4;

/** Maximum time to wait for the messages of a burst before the next burst, in milliseconds. */
const BURST_TIMEOUT = 5_000;

/** About 8 KB of JSON. */
const DATA = orderBook(80);

const report = (event: StormReport) => self.postMessage(event);

/** Messages of the burst that have not arrived: message id → WebSockets. */
const missing = new Map<string, Set<WebSocket>>();
let arrived: () => void = () => undefined;
let sockets: WebSocket[] = [];

self.addEventListener('message', async ({ data }: MessageEvent<StormOrder | Bounds>) => {
  try {
    if ('websocket' in data) {
      sockets = await openAll(data);
      report({ kind: 'opened' });
    } else {
      await sendBursts(data);
      report({ kind: 'finished' });
    }
  } catch (error) {
    report({ kind: 'failed', message: (error as Error).message });
  }
});

async function openAll(order: StormOrder): Promise<WebSocket[]> {
  const opened: WebSocket[] = [];
  let started = 0;
  const worker = async () => {
    while (started < order.sockets) {
      const { tokens } = order;
      const token = tokens[started % Math.max(1, tokens.length)];
      started += 1;
      opened.push(await open(order, token));
    }
  };
  await Promise.all(Array.from({ length: HANDSHAKES }, worker));
  return opened;
}

async function open({ http, websocket, topic }: StormOrder, token: string | undefined): Promise<WebSocket> {
  const protocols = token ? [PROTOCOL, `ticket.${await newTicket(http, token)}`] : [PROTOCOL];
  const socket = new WebSocket(websocket, protocols);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => socket.send(JSON.stringify({ action: 'subscribe', topic })));
    socket.addEventListener('message', () => resolve(), { once: true });
    socket.addEventListener('close', ({ code }) =>
      reject(new Error(`A WebSocket of the load test was closed with code ${code}.`)),
    );
  });
  socket.addEventListener('message', ({ data }) => receive(socket, JSON.parse(data)));
  return socket;
}

async function newTicket(http: string, token: string): Promise<string> {
  const response = await fetch(new URL('/v1/tickets', http), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) {
    throw new Error(`The server issued no ticket for the load test: HTTP ${response.status}.`);
  }
  return (await response.json()).ticket;
}

/** Sends bursts, each after the previous one has arrived at every WebSocket. */
async function sendBursts({ topic, messagesPerSecond, seconds }: Bounds): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (let due = performance.now(), count = 0; due < end; due = Math.max(performance.now(), due + 1000 / BURSTS)) {
    await pause(due - performance.now());
    const everywhere = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    for (let index = 0; index < messagesPerSecond / BURSTS; index += 1, count += 1) {
      const id = `storm-${count}-${crypto.randomUUID()}`.slice(0, 64);
      missing.set(id, new Set(sockets));
      sockets[count % sockets.length]?.send(JSON.stringify({ action: 'publish', topic, id, data: DATA, ref: id }));
    }
    await Promise.race([everywhere, pause(BURST_TIMEOUT)]);
    missing.clear();
  }
}

function receive(socket: WebSocket, frame: ServerFrame): void {
  if (frame.type === 'error') {
    missing.delete(frame.ref ?? '');
    report({ kind: 'refused', code: frame.code });
  } else if (frame.type === 'message' || frame.type === 'messages') {
    const messages = frame.type === 'message' ? [frame] : frame.messages;
    for (const { id } of messages) {
      const sockets = missing.get(id);
      if (sockets?.delete(socket) && sockets.size === 0) {
        missing.delete(id);
      }
    }
    report({ kind: 'delivered', messages: messages.length });
  }
  if (missing.size === 0) {
    arrived();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
