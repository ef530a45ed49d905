import { dirname } from 'node:path';
import type { HttpRequest, HttpResponse } from '../../client';
import type { RateLimits, Clock, MessageLog, TicketIssuer } from '../../lambda/realtime/ports';
import { createApp } from '../../service/app';
import type { Authenticate } from '../../service/tokens';
import type { Faults } from './faults';
import type { Process } from './process';
import type { Time } from './time';

/** Dependencies of a task of the service. */
export interface Task {
  process: Process;
  log: MessageLog;
  admission: RateLimits & TicketIssuer;
  authenticate: Authenticate;
  newId: () => string;
  failed: (error: unknown) => void;
}

/** The app, for one task after another: it takes longest to make, and keeps nothing from one request to the next. */
class Seat {
  task: Task | undefined;
  private readonly app = createApp({
    log: {
      append: (draft) => this.taken.log.append(draft),
      read: (topic, after, limit) => this.taken.log.read(topic, after, limit),
      positions: (topics) => this.taken.log.positions(topics),
    },
    clock: { now: () => this.clock.now(), wait: (time) => this.clock.wait(time), random: () => this.clock.random() },
    newId: () => this.taken.newId(),
    rateLimits: { spend: (principal) => this.taken.admission.spend(principal) },
    ticketIssuer: {
      mint: (hash, ticket) => this.taken.admission.mint(hash, ticket),
      revoke: (principal) => this.taken.admission.revoke(principal),
    },
    authenticate: (authorization) => this.taken.authenticate(authorization),
    allowedOrigins: [],
    documentation: dirname(require.resolve('swagger-ui-dist/package.json')),
    logger: (line) => line.event === 'failed' && this.taken.failed(`${line.error} ${line.stack}`),
  });

  answer(path: string, { method, headers, body }: HttpRequest): Promise<Response> {
    return Promise.resolve(this.app.request(path, { method, headers, body }));
  }

  private get taken(): Task {
    if (!this.task) {
      throw new Error('No task runs here');
    }
    return this.task;
  }

  private get clock(): Clock {
    return this.taken.process.clock;
  }
}

const seats: Seat[] = [];

/** The HTTP lane: the way there, a balancer, and two tasks of the service, whose appends take turns. */
export class HttpLane {
  /** Requests for history, answered or not. */
  reads = 0;

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    private readonly start: () => Task,
  ) {
    while (seats.length < 2) {
      seats.push(new Seat());
    }
    for (const seat of seats) {
      seat.task = this.start();
    }
  }

  /** As `fetch`: an aborted request rejects, also one that nobody answers. */
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
    const response = this.faults.strikes('the balancer answers 503') ? undefined : await this.serve(path, request);
    await this.travel();
    if (this.faults.strikes('an answer is lost')) {
      return this.lost();
    }
    return response ?? new Response('<html>', { status: 503 });
  }

  /** @returns nothing if the task ended over it. */
  private async serve(path: string, request: HttpRequest): Promise<Response | undefined> {
    const seat = seats[Math.floor(this.time.random() * seats.length)] as Seat;
    if (!seat.task || seat.task.process.ended) {
      seat.task = this.start();
    }
    const { task } = seat;
    const outcome = await task.process.run(() => seat.answer(path, request));
    if (outcome === 'ended') {
      return undefined;
    }
    if ('error' in outcome) {
      task.failed(outcome.error);
      return undefined;
    }
    return outcome.value;
  }

  /** The connection breaks, or nobody ever says anything. */
  private lost(): Promise<Response> {
    return this.time.random() < 0.5 ? Promise.reject(new TypeError('fetch failed')) : new Promise(() => undefined);
  }

  private travel(): Promise<void> {
    return this.time.wait(1 + 30 * this.time.random());
  }
}
