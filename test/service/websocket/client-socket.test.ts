import { EventEmitter } from 'node:events';
import { WebSocket } from 'ws';
import { ClientSocket } from '../../../service/websocket/client-socket';
import { LIMITS } from '../../../service/websocket/limits';

const START = Date.parse('2026-01-01T00:00:00.000Z');

/** The part of a WebSocket that a ClientSocket uses. */
class FakeWebSocket extends EventEmitter {
  readyState: number = WebSocket.OPEN;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  readonly closes: (number | 'terminated')[] = [];

  send(frame: Buffer | string): void {
    this.sent.push(String(frame));
  }

  close(code: number): void {
    this.readyState = WebSocket.CLOSING;
    this.closes.push(code);
  }

  terminate(): void {
    this.readyState = WebSocket.CLOSED;
    this.closes.push('terminated');
  }

  receive(text: string): void {
    this.emit('message', Buffer.from(text), false);
  }
}

beforeEach(() => {
  jest.useFakeTimers({ now: START });
});

afterEach(() => {
  jest.useRealTimers();
});

function opened({ expiresAt = START / 1000 + 86_400, answer = async (text: string) => `answer to ${text}` } = {}) {
  const webSocket = new FakeWebSocket();
  let ended = 0;
  const principal = { subject: 'alice', tenant: 'acme', scopes: [], issuedAt: START / 1000 - 60, expiresAt };
  const socket = new ClientSocket(webSocket as unknown as WebSocket, {
    connection: { id: 'task.1', connectedAt: START },
    opened: { principal, fullAt: 0 },
    limits: LIMITS,
    answer,
    ended: () => (ended += 1),
  });
  return { webSocket, socket, endings: () => ended };
}

/** Lets the answers that are ready be sent. */
const answered = () => jest.advanceTimersByTimeAsync(0);

describe('a socket', () => {
  it('answers texts', async () => {
    const { webSocket } = opened();
    webSocket.receive('one');
    webSocket.receive('two');
    await answered();
    expect(webSocket.sent).toEqual(['answer to one', 'answer to two']);
  });

  it('is closed with 1003 after a binary frame, which is not answered', async () => {
    const { webSocket, endings } = opened();
    webSocket.emit('message', Buffer.from('binary'), true);
    webSocket.receive('text');
    await answered();
    expect([webSocket.closes, webSocket.sent, endings()]).toEqual([[1003], [], 1]);
  });

  it('is closed with 1000 at the end of its authorization, and not a millisecond earlier', () => {
    const { webSocket } = opened({ expiresAt: START / 1000 + 90.5 });
    jest.advanceTimersByTime(90_499);
    expect(webSocket.closes).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(webSocket.closes).toEqual([1000]);
  });

  it('gets nothing after the end of its authorization if the process was busy and its timer is late', () => {
    const { webSocket, socket } = opened({ expiresAt: START / 1000 + 90 });
    jest.setSystemTime(START + 90_000);
    socket.send('late');
    expect([webSocket.sent, webSocket.closes]).toEqual([[], [1000]]);
  });

  it('is closed with 1001 at the age of 2 hours', () => {
    const { webSocket } = opened();
    jest.advanceTimersByTime(2 * 3_600_000 - 1);
    expect(webSocket.closes).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(webSocket.closes).toEqual([1001]);
  });

  it('is closed with 1001 after 10 minutes without traffic', () => {
    const { webSocket, socket } = opened();
    socket.closeIfIdle(START + LIMITS.idleMs);
    expect(webSocket.closes).toEqual([]);
    socket.closeIfIdle(START + LIMITS.idleMs + 1);
    expect(webSocket.closes).toEqual([1001]);
  });

  it.each([
    ['a text', (webSocket: FakeWebSocket) => webSocket.receive('text')],
    ['a ping', (webSocket: FakeWebSocket) => webSocket.emit('ping')],
    ['a frame that is sent', (_: FakeWebSocket, socket: ClientSocket) => socket.send('frame')],
  ])('is not idle after %s', (_, traffic) => {
    const { webSocket, socket } = opened();
    jest.setSystemTime(START + LIMITS.idleMs);
    traffic(webSocket, socket);
    socket.closeIfIdle(START + LIMITS.idleMs + 1);
    expect(webSocket.closes).toEqual([]);
  });

  it('is disconnected without a close frame if more than 1 MiB waits to be sent', () => {
    const { webSocket, socket, endings } = opened();
    webSocket.bufferedAmount = 1024 * 1024;
    socket.send('last');
    webSocket.bufferedAmount += 1;
    socket.send('too late');
    socket.send('too late');
    expect([webSocket.sent, webSocket.closes, endings()]).toEqual([['last'], ['terminated'], 1]);
  });

  it('is disconnected if it sends pings and does not read the pongs', () => {
    const { webSocket, endings } = opened();
    webSocket.bufferedAmount = LIMITS.bufferedBytes + 1;
    webSocket.emit('ping');
    expect([webSocket.closes, endings()]).toEqual([['terminated'], 1]);
  });

  it('that is refused is closed after the answers to its frames', async () => {
    const pending: ((answer: string) => void)[] = [];
    const { webSocket, socket } = opened({ answer: () => new Promise((resolve) => pending.push(resolve)) });
    webSocket.receive('one');
    webSocket.receive('two');
    socket.closeAfterAnswer();
    pending[0]?.('first');
    await answered();
    expect(webSocket.closes).toEqual([]);
    pending[1]?.('second');
    await answered();
    expect([webSocket.sent, webSocket.closes]).toEqual([['first', 'second'], [1000]]);
  });

  it('that is refused cannot stay open by sending more frames', async () => {
    const pending: ((answer: string) => void)[] = [];
    const { webSocket, socket } = opened({ answer: () => new Promise((resolve) => pending.push(resolve)) });
    webSocket.receive('one');
    socket.closeAfterAnswer();
    for (let frame = 0; frame < 100; frame++) {
      webSocket.receive('more');
    }
    expect(pending).toHaveLength(1);
    pending[0]?.('first');
    await answered();
    expect(webSocket.closes).toEqual([1000]);
  });

  it('ends once, whatever closes it, and leaves no timer', () => {
    const { webSocket, socket, endings } = opened();
    socket.restart();
    webSocket.emit('error', new Error('reset'));
    webSocket.emit('close');
    expect(endings()).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('sends no answer after it has ended', async () => {
    const { webSocket } = opened();
    webSocket.receive('text');
    webSocket.readyState = WebSocket.CLOSED;
    webSocket.emit('close');
    await answered();
    expect(webSocket.sent).toEqual([]);
  });
});
