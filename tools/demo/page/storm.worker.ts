import { PROTOCOL, type ServerFrame } from '../../../client/protocol';
import { orderBook } from '../../load-data';
import { type Delivered, Deliveries, sendTimes } from './deliveries';
import type { Rate, StormOrder, StormReport } from './storm-order';

/** Maximum number of concurrent handshakes. */
const HANDSHAKES = 8;

/** Maximum time to wait for messages after the load, in milliseconds. */
const DRAIN = 5_000;

/** Maximum time to wait for the message before the load, which starts functions that are not running, in milliseconds. */
const START = 15_000;

/** About 8 KB of JSON. */
const DATA = orderBook(80);

const report = (event: StormReport) => self.postMessage(event);

let sockets: WebSocket[] = [];
/** Handles a frame that a socket received. */
let received: (socket: WebSocket, frame: ServerFrame) => void = () => undefined;
let fail: (error: Error) => void = () => undefined;
/** Rejects when a socket closes. */
const broken = new Promise<never>((_, reject) => {
  fail = reject;
});
broken.catch(() => undefined);

self.addEventListener('message', async ({ data }: MessageEvent<StormOrder | Rate>) => {
  try {
    if ('websocket' in data) {
      sockets = await Promise.race([openAll(data), broken]);
      await Promise.race([send(data.topic, [0], 0, START), broken]);
      report({ kind: 'opened' });
    } else {
      report({ kind: 'finished', delivered: await Promise.race([load(data), broken]) });
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
  socket.addEventListener('close', ({ code }) =>
    fail(new Error(`A WebSocket of the load test was closed with code ${code}.`)),
  );
  await new Promise<void>((resolve) => {
    socket.addEventListener('open', () => socket.send(JSON.stringify({ action: 'subscribe', topic })));
    socket.addEventListener('message', () => resolve(), { once: true });
  });
  socket.addEventListener('message', ({ data }) => received(socket, JSON.parse(data)));
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

/** Sends messages at a fixed rate: a server that is slow gets as many as one that is fast. */
function load({ topic, messagesPerSecond, seconds }: Rate): Promise<Delivered> {
  return send(topic, sendTimes(messagesPerSecond, seconds), seconds * 1000, DRAIN);
}

/** Sends messages at these times, and waits for those that are missing after the duration. All times are in milliseconds. */
async function send(topic: string, times: readonly number[], duration: number, patience: number): Promise<Delivered> {
  const deliveries = new Deliveries<WebSocket>();
  const start = performance.now();
  const now = () => performance.now() - start;
  let arrived: () => void = () => undefined;
  received = (socket, frame) => {
    if (frame.type === 'error') {
      deliveries.refuse(frame.ref ?? '', frame.code);
    } else if (frame.type === 'message' || frame.type === 'messages') {
      for (const { id } of frame.type === 'message' ? [frame] : frame.messages) {
        deliveries.arrive(id, socket, now());
      }
    }
    if (deliveries.missing === 0) {
      arrived();
    }
  };
  for (const [index, due] of times.entries()) {
    if (due > now()) {
      await pause(due - now());
    }
    const id = `storm-${index}-${crypto.randomUUID()}`.slice(0, 64);
    deliveries.send(id, due, sockets);
    sockets[index % sockets.length]?.send(JSON.stringify({ action: 'publish', topic, id, data: DATA, ref: id }));
  }
  await pause(duration - now());
  if (deliveries.missing > 0) {
    await Promise.race([new Promise<void>((resolve) => (arrived = resolve)), pause(patience)]);
  }
  return deliveries.result(duration);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
