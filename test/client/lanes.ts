import { type ClientOptions, type HttpRequest, type HttpResponse, type Message, TwinlaneClient } from '../../client';
import { type ClientFrame, type Json, type Position, START } from '../../client/protocol';
import { MemoryMessageLog } from '../support/memory/message-log';
import { FakeSocket } from './fake-socket';
import { VirtualTime } from './virtual-time';

export interface Request extends HttpRequest {
  path: string;
}

/** Both lanes in memory. A test can break everything except the log. */
export class Lanes {
  readonly time: VirtualTime;
  readonly sockets: FakeSocket[] = [];
  readonly requests: Request[] = [];
  /** Response of the WebSocket lane to a handshake. */
  handshake: 'open' | 'refuse' | 'hang' = 'open';
  /** Replaces the HTTP lane's response, if it returns one. */
  http: (request: Request) => HttpResponse | Promise<HttpResponse> | undefined = () => undefined;
  /** Replaces the WebSocket lane's answer to a frame, if it returns one: the text of a frame, or '' for no answer. */
  frames: (frame: ClientFrame, socket: FakeSocket) => string | undefined = () => undefined;
  /** Delivers a push to a socket. */
  push: (message: Message, socket: FakeSocket) => void = (message, socket) =>
    socket.receive({ type: 'message', ...message });
  private readonly clients: TwinlaneClient[] = [];
  /** Ends of the authorizations that tickets contain, in milliseconds since 1970. */
  private readonly authorizations = new Map<string, number>();
  private log: MemoryMessageLog;
  private ids = 0;
  private subscribes = 0;

  constructor(random?: () => number) {
    this.time = new VirtualTime(random);
    this.log = this.emptyLog();
  }

  client(options: Partial<ClientOptions> = {}): TwinlaneClient {
    const client = new TwinlaneClient({
      httpUrl: 'https://api.example.com',
      webSocketUrl: 'wss://ws.example.com',
      clock: this.time,
      newId: this.newId,
      fetch: (url, request) => this.fetch(url, request),
      WebSocket: this.socketClass,
      ...options,
    });
    this.clients.push(client);
    return client;
  }

  /** A `WebSocket` of the lane. */
  get socketClass(): new (url: string, protocols: string[]) => FakeSocket {
    const lanes = this;
    return class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, lanes.time, (frame, socket) => lanes.answer(frame, socket));
        lanes.sockets.push(this);
        queueMicrotask(() => lanes.respondToHandshake(this));
      }
    };
  }

  /** Creates a client that subscribes to a topic and records its messages. */
  async subscriber(topic = 'news', options: Partial<ClientOptions> = {}) {
    const client = this.client(options);
    const received: Message[] = [];
    const subscription = client.subscribe(topic, (message) => received.push(message));
    await this.time.pass(0);
    return { client, received, subscription, data: () => received.map(({ data }) => data) };
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (!last) {
      throw new Error('There is no socket yet');
    }
    return last;
  }

  get open(): FakeSocket[] {
    return this.sockets.filter(({ state }) => state === 'open');
  }

  /** @returns a token that is valid for a number of seconds. Any other text is a token that never expires. */
  token(seconds: number): string {
    return `until-${Math.floor(this.time.now() + seconds * 1000)}`;
  }

  /** Appends a message to the log and pushes it to every open socket that is subscribed and authorized. */
  async publish(topic: string, data: Json): Promise<Message> {
    const message = await this.append(topic, data);
    for (const socket of this.open.filter((each) => each.topics.has(topic) && this.isAuthorized(each))) {
      this.push(message, socket);
    }
    return message;
  }

  /** Appends a message to the log without pushing it. */
  async append(topic: string, data: Json, id = this.newId()): Promise<Message> {
    const publishedAt = new Date(this.time.now()).toISOString();
    const message = await this.log.append({ topic, data, id, publishedAt, subject: '' });
    if (message === 'conflict') {
      throw new Error(`The id ${id} is taken`);
    }
    return message;
  }

  /** @returns the position of a topic's latest message. */
  async head(topic: string): Promise<Position> {
    const { [topic]: position = START } = await this.log.positions([topic]);
    return position;
  }

  /** @returns a page of history, as the HTTP lane responds. */
  async page(topic: string, after: number) {
    const { messages, bytesRead: _, ...page } = await this.log.read(topic, after, 100);
    return { topic, ...page, messages: messages.map(({ topic: __, ...message }) => message) };
  }

  /** Replaces the log by an empty one, with new epochs. */
  restore(): void {
    this.log = this.emptyLog();
  }

  paths(method: string): string[] {
    return this.requests.filter((request) => request.method === method).map(({ path }) => path);
  }

  /** Closes every client. */
  end(): void {
    for (const client of this.clients) {
      client.close();
    }
  }

  private readonly newId = () => {
    this.ids += 1;
    return `id-${this.ids}`;
  };

  private emptyLog(): MemoryMessageLog {
    return new MemoryMessageLog(this.time, 24 * 3600, this.newId);
  }

  private respondToHandshake(socket: FakeSocket): void {
    if (this.handshake === 'open') {
      socket.open();
    } else if (this.handshake === 'refuse') {
      socket.break();
    }
  }

  private isAuthorized({ protocols }: FakeSocket): boolean {
    const until = this.authorizations.get(protocols[1] ?? '') ?? Number.POSITIVE_INFINITY;
    return until > this.time.now();
  }

  /** @param until end of the token, in milliseconds since 1970. */
  private mint(until?: string): HttpResponse {
    const ticket = `ticket-${this.newId()}`;
    const now = this.time.now();
    const expiresAt = now + 30_000;
    if (until === undefined) {
      return answer(201, { ticket, expiresAt: new Date(expiresAt).toISOString() });
    }
    if (Number(until) <= now) {
      return problem(401, 'unauthorized');
    }
    this.authorizations.set(`ticket.${ticket}`, Number(until));
    return answer(201, {
      ticket,
      expiresAt: new Date(Math.min(expiresAt, Number(until))).toISOString(),
      authorizedUntil: new Date(Number(until)).toISOString(),
    });
  }

  /** Handles a frame and answers it. */
  async answer(frame: ClientFrame, socket: FakeSocket): Promise<void> {
    const text = this.frames(frame, socket);
    if (text !== undefined) {
      socket.receiveText(text);
      return;
    }
    const { ref } = frame;
    if (!this.isAuthorized(socket)) {
      socket.receive({ type: 'error', code: 'unauthorized', message: 'The authorization has expired', ref });
      socket.break();
      return;
    }
    if (frame.action === 'subscribe') {
      const topics = topicsOf(frame);
      for (const topic of topics) {
        this.subscribes += 1;
        socket.topics.add(topic);
        socket.subscriptions.set(topic, `subscription-${this.subscribes}`);
      }
      const positions = await this.log.positions(topics);
      const outcomes = topics.map((topic) => [
        topic,
        { ...positions[topic], subscription: socket.subscriptions.get(topic) },
      ]);
      const outcome = Object.fromEntries(outcomes);
      const answered = 'topic' in frame ? { topic: frame.topic, ...outcome[frame.topic] } : { topics: outcome };
      socket.receive({ type: 'subscribed', ...answered, ref });
    } else if (frame.action === 'unsubscribe') {
      if ([undefined, socket.subscriptions.get(frame.topic)].includes(frame.subscription)) {
        socket.topics.delete(frame.topic);
      }
      socket.receive({ type: 'unsubscribed', topic: frame.topic, ref });
    } else if (frame.action === 'ping') {
      socket.receive({ type: 'pong', positions: await this.log.positions(frame.topics ?? []), ref });
    } else if (frame.action === 'presence') {
      const subscribers = this.open.filter(({ topics }) => topics.has(frame.topic)).length;
      socket.receive({ type: 'presence', topic: frame.topic, subscribers, exact: true, ref });
    }
  }

  /** Behaves as `fetch`: an aborted request rejects, also one that gets no response. */
  private fetch(url: string, request: HttpRequest): Promise<HttpResponse> {
    const { pathname, search } = new URL(url);
    const sent = { ...request, path: pathname + search };
    this.requests.push(sent);
    return new Promise((resolve, reject) => {
      const abort = () => reject(request.signal.reason);
      request.signal.aborted ? abort() : request.signal.addEventListener('abort', abort);
      Promise.resolve(this.http(sent) ?? this.serve(sent)).then(resolve, reject);
    });
  }

  private async serve({ method, path, headers, body = '{}' }: Request): Promise<HttpResponse> {
    const { pathname, searchParams } = new URL(path, 'https://api.example.com');
    if (pathname === '/v1/tickets') {
      return this.mint(headers.authorization?.match(/until-(\d+)$/)?.[1]);
    }
    const topic = decodeURIComponent(pathname.split('/')[3] ?? '');
    if (method === 'POST') {
      const { data: _, ...published } = await this.append(topic, JSON.parse(body).data, JSON.parse(body).id);
      return answer(201, published);
    }
    return answer(200, await this.page(topic, Number(searchParams.get('after'))));
  }
}

/** @returns the topics of a `subscribe` frame of either form. */
export function topicsOf(frame: ClientFrame): string[] {
  const { topic, topics } = frame as { topic?: string; topics?: string[] };
  return topics ?? (topic === undefined ? [] : [topic]);
}

/** @returns all messages of an iteration. */
export async function collected<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) {
    all.push(message);
  }
  return all;
}

/** A response of the HTTP lane. */
export function answer(status: number, body?: unknown, headers: Record<string, string> = {}): HttpResponse {
  return new Response(JSON.stringify(body), { status, headers });
}

/** An error response of the HTTP lane. */
export function problem(status: number, code: string, headers: Record<string, string> = {}): HttpResponse {
  return answer(status, { type: `urn:twinlane:problem:${code}`, detail: `It is ${code}` }, headers);
}
