import { dirname } from 'node:path';
import type { HttpRequest, HttpResponse } from '../../client';
import type { RateLimits, Clock, MessageLog, TicketIssuer } from '../../lambda/realtime/ports';
import { createApp } from '../../service/app';
import type { Authenticate } from '../../service/tokens';
import type { Faults } from './faults';
import type { Process } from './process';
import type { Time } from './time';
import { MemoryMetrics } from '../support/memory/metrics';

/** Dependencies of a task of the service. */
export interface Task {
  process: Process;
  log: MessageLog;
  admission: RateLimits & TicketIssuer;
  authenticate: Authenticate;
  newId: () => string;
  failed: (error: unknown) => void;
}

/** The app, reused by consecutive tasks, because it is slow to create and keeps no state between requests. */
class Slot {
  task: Task | undefined;
  private readonly app = createApp({
    log: {
      prepare: (topic) => this.current.log.prepare(topic),
      append: (draft) => this.current.log.append(draft),
      read: (topic, after, limit) => this.current.log.read(topic, after, limit),
      positions: (topics, options) => this.current.log.positions(topics, options),
    },
    clock: { now: () => this.clock.now(), wait: (time) => this.clock.wait(time), random: () => this.clock.random() },
    newId: () => this.current.newId(),
    rateLimits: {
      spend: (principal, cost) => this.current.admission.spend(principal, cost),
      charge: (principal, cost) => this.current.admission.charge(principal, cost),
    },
    ticketIssuer: {
      mint: (hash, ticket) => this.current.admission.mint(hash, ticket),
      revoke: (principal) => this.current.admission.revoke(principal),
    },
    authenticate: (authorization) => this.current.authenticate(authorization),
    allowedOrigins: [],
    documentation: dirname(require.resolve('swagger-ui-dist/package.json')),
    logger: (line) => line.event === 'failed' && this.current.failed(`${line.error} ${line.stack}`),
    metrics: new MemoryMetrics(),
  });

  answer(path: string, { method, headers, body }: HttpRequest): Promise<Response> {
    return Promise.resolve(this.app.request(path, { method, headers, body }));
  }

  private get current(): Task {
    if (!this.task) {
      throw new Error('No task is running');
    }
    return this.task;
  }

  private get clock(): Clock {
    return this.current.process.clock;
  }
}

const slots: Slot[] = [];

/** Emulates the HTTP lane: the network, a load balancer, and two tasks of the service. */
export class HttpLane {
  /** Number of requests for history, with or without a response. */
  reads = 0;

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    private readonly start: () => Task,
    private readonly answered: (path: string, request: HttpRequest, response: Response) => Promise<void>,
  ) {
    while (slots.length < 2) {
      slots.push(new Slot());
    }
    for (const slot of slots) {
      slot.task = this.start();
    }
  }

  /** Behaves as `fetch`: an aborted request rejects, also one that gets no response. */
  readonly fetch = (url: string, request: HttpRequest): Promise<HttpResponse> =>
    new Promise((resolve, reject) => {
      const abort = () => reject(request.signal.reason);
      request.signal.aborted ? abort() : request.signal.addEventListener('abort', abort);
      this.carry(url.slice(new URL(url).origin.length), request).then(resolve, reject);
    });

  private async carry(path: string, request: HttpRequest): Promise<Response> {
    this.reads += request.method === 'GET' ? 1 : 0;
    await this.travel();
    if (this.faults.strikes('a request is lost')) {
      return this.lost();
    }
    const response = this.faults.strikes('the load balancer responds with 503')
      ? undefined
      : await this.serve(path, request);
    await this.travel();
    if (this.faults.strikes('a response is lost')) {
      return this.lost();
    }
    if (response) {
      await this.answered(path, request, response.clone());
    }
    return response ?? new Response('<html>', { status: 503 });
  }

  /** @returns undefined if the task ended or failed during the request */
  private async serve(path: string, request: HttpRequest): Promise<Response | undefined> {
    const slot = slots[Math.floor(this.time.random() * slots.length)] as Slot;
    if (!slot.task || slot.task.process.ended) {
      slot.task = this.start();
    }
    const { task } = slot;
    const outcome = await task.process.run(() => slot.answer(path, request));
    if (outcome === 'ended') {
      return undefined;
    }
    if ('error' in outcome) {
      task.failed(outcome.error);
      return undefined;
    }
    return outcome.value;
  }

  /** Breaks the connection, or never responds. */
  private lost(): Promise<Response> {
    return this.time.random() < 0.5 ? Promise.reject(new TypeError('fetch failed')) : new Promise(() => undefined);
  }

  private travel(): Promise<void> {
    return this.time.wait(1 + 30 * this.time.random());
  }
}
