import { backoffDelay } from './backoff';
import { Connection, type ConnectionOwner, type Query } from './connection';
import type { ConnectionState, Reason } from './connection-state';
import { TwinlaneError } from './error';
import type { Http, Ticket } from './http';
import { log } from './log';
import type { Settings } from './options';
import type { Presence } from './protocol';
import { watch } from './wake';

/** Callbacks of a connector: its own, and those of its connections that it passes on. */
export interface ConnectorOwner extends Pick<ConnectionOwner, 'topics' | 'message' | 'head' | 'refused'> {
  changed(state: ConnectionState): void;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Milliseconds for which a replaced connection stays open to receive frames that are in flight. */
const LINGER = 5 * SECOND;

/** Milliseconds for which a ticket is valid, unless its token expires sooner. */
const TICKET = 30 * SECOND;

/** Minimum of the milliseconds between the replacement of a connection and the end of its authorization. Twice that is the maximum. */
const RENEW_BEFORE = MINUTE;

/** Error codes of a ticket that needs another token, and the number of such errors in a row after which the client stops. */
const [TOKEN_CODES, TOKEN_ATTEMPTS]: [string[], number] = [['token', 'signed_out', 'unauthorized', 'forbidden'], 10];

/** Close codes of a server that ends, of a connection that broke, and of none. */
const HARMLESS: unknown[] = [undefined, 1001, 1005, 1006];

/** On waking: milliseconds for which a frame proves that the connection works, and of a ping and of a new connection. */
const [HEARD, CHECK, DIAL] = [5 * SECOND, 3 * SECOND, 2 * SECOND];

/** Maximum of the random delay before the connection of a client that woke, in milliseconds. */
const SOON = 500;

/** Minimum of the milliseconds without traffic after which a loss is an idle timeout, and of the interval of pings. */
const [IDLE, PING] = [15 * SECOND, 10 * SECOND];

/** Milliseconds after which a shorter interval of pings is first doubled. */
const GROW = 60 * MINUTE;

/**
 * Keeps a connection open: opens the first, reconnects when it breaks, and replaces it before API Gateway closes it or its
 * authorization ends. A connection is replaced only when the new one is subscribed to every topic, so that no push is missed.
 */
export class Connector {
  state: ConnectionState = { status: 'idle', attempt: 0, quality: 'none' };
  readonly #settings: Settings;
  readonly #http: Http;
  readonly #owner: ConnectorOwner;
  readonly #connections = new Set<Connection>();
  readonly #queries = new Set<Query>();
  #current: Connection | undefined;
  /** Replaces the current connection, if there is one, when it is subscribed to every topic. */
  #next: Connection | undefined;
  /** Present from the request of a ticket until the new connection is the current one. */
  #dial: { at: number } | undefined;
  /** `stopped` if only {@link wake} or a new call can lead to another attempt. */
  #mode: 'idle' | 'active' | 'stopped' | 'closed' = 'idle';
  #failures = 0;
  #tokenFailures = 0;
  #reason: Reason | undefined;
  #error: TwinlaneError | undefined;
  #closeCode: number | undefined;
  #retryAt: number | undefined;
  /** End of the authorization by the newest ticket, in milliseconds of the server's clock. */
  #authorizedUntil = 0;
  /** Time from which on a connection needs a new token, in milliseconds of the client's clock. */
  #renewAt = Number.POSITIVE_INFINITY;
  #timer: unknown;
  #unwatch: (() => void) | undefined;
  #wokeAt = Number.NEGATIVE_INFINITY;
  #pingEvery: number;
  /** Time at which the interval of pings is doubled, and the milliseconds until then. */
  #growAt = 0;
  #growAfter = GROW / 2;

  constructor(settings: Settings, http: Http, owner: ConnectorOwner) {
    this.#settings = settings;
    this.#http = http;
    this.#owner = owner;
    this.#pingEvery = settings.pingEvery;
  }

  subscribe(topic: string): void {
    this.start();
    for (const connection of this.#connections) {
      connection.subscribe(topic);
    }
  }

  unsubscribe(): void {
    for (const connection of this.#connections) {
      connection.reconcile();
    }
  }

  /** Asks the server. @returns a promise that rejects with a {@link TwinlaneError} */
  presence(topic: string): Promise<Presence> {
    const { clock, answerWithin } = this.#settings;
    return new Promise((resolve, reject) => {
      const query: Query = {
        topic,
        answer: (result) => {
          clock.clearTimeout(timer);
          this.#queries.delete(query);
          result instanceof TwinlaneError ? reject(result) : resolve(result);
        },
      };
      const timer = clock.setTimeout(() => query.answer(new TwinlaneError('unavailable', 'No answer')), answerWithin);
      if (this.#mode === 'closed') {
        query.answer(new TwinlaneError('closed', 'The client was closed'));
        return;
      }
      this.#queries.add(query);
      this.start();
      this.unsubscribe();
    });
  }

  /** Opens the first connection, or tries again after the client stopped. */
  start(): void {
    if (this.#mode === 'idle' || (this.#mode === 'stopped' && this.#reason !== 'unsupported')) {
      this.#mode = 'active';
      this.#failures = this.#tokenFailures = 0;
      void this.#connect();
    }
  }

  /** Checks the connection, or reconnects immediately. @param event its reason, for the log */
  wake(event = 'wake'): void {
    const { clock, answerWithin, pingEvery } = this.#settings;
    const now = clock.now();
    const isNetwork = event.endsWith('line');
    const current = this.#current;
    if (event === 'online') {
      this.#pingEvery = Math.min(pingEvery, 2 * this.#pingEvery);
      this.#growAfter = GROW / 2;
    }
    if (!this.#unwatch || now < this.#wokeAt + SECOND || (event === 'offline' && !current)) {
      return;
    }
    this.#wokeAt = now;
    log(this.#settings, 'wake', event);
    if (current) {
      if (isNetwork || now >= current.heardAt + HEARD) {
        current.check(Math.min(CHECK, answerWithin), () => this.#dial || void this.#connect());
      }
    } else if (!this.#dial || now >= this.#dial.at + DIAL) {
      this.#mode = 'active';
      this.#failures = this.#tokenFailures = 0;
      this.#schedule(SOON * clock.random());
    }
  }

  /** Ends every connection. @param closed false if the client can be used again */
  end(closed: boolean): void {
    const { clock } = this.#settings;
    clock.clearTimeout(this.#timer);
    this.#unwatch?.();
    this.#unwatch = this.#current = this.#next = this.#dial = this.#retryAt = this.#error = this.#closeCode = undefined;
    this.#mode = closed ? 'closed' : 'idle';
    this.#reason = closed ? 'closed' : undefined;
    this.#authorizedUntil = 0;
    this.#renewAt = Number.POSITIVE_INFINITY;
    for (const connection of this.#connections) {
      connection.end();
    }
    for (const query of this.#queries) {
      query.answer(new TwinlaneError('closed', 'The client was closed'));
    }
    this.#update();
  }

  async #connect(): Promise<void> {
    const { clock, token, WebSocket } = this.#settings;
    const dial = { at: clock.now() };
    this.#dial = dial;
    clock.clearTimeout(this.#timer);
    this.#retryAt = undefined;
    const previous = this.#next;
    this.#next = undefined;
    previous?.end();
    this.#update();
    log(this.#settings, 'connecting');
    if (!WebSocket) {
      this.#stop(
        'unsupported',
        new TwinlaneError(
          'unsupported',
          'There is no WebSocket. Fix: pass the option WebSocket, such as that of the package ws',
        ),
      );
      return;
    }
    this.#unwatch ??= watch(
      clock,
      (event) => this.wake(event),
      () => this.#freeze(),
    );
    // A timer can run slightly before its time.
    const renews = clock.now() + SECOND >= this.#renewAt;
    if (renews) {
      this.#http.renew();
    }
    let ticket: Ticket | undefined;
    try {
      ticket = await (token && this.#http.ticket());
    } catch (error) {
      if (this.#dial === dial) {
        this.#failed(error);
      }
      return;
    }
    if (this.#dial !== dial || (ticket && !this.#extends(ticket, renews))) {
      return;
    }
    this.#tokenFailures = 0;
    try {
      const connection: Connection = new Connection(
        this.#settings,
        {
          ...this.#owner,
          queries: this.#queries,
          pingEvery: () => this.#pingEvery,
          measured: () => this.#measured(),
          opened: () => this.#current ?? this.#promote(connection),
          settled: () => connection === this.#next && this.#promote(connection),
          ended: () => this.#ended(connection),
        },
        ticket?.ticket,
      );
      this.#next = connection;
      this.#connections.add(connection);
    } catch (cause) {
      this.#stop('refused', new TwinlaneError('unsupported', String(cause), undefined, undefined, { cause }));
    }
  }

  /**
   * Takes in the end of an authorization. Uses the client's clock for durations only, because it can be wrong.
   *
   * @returns false if a connection with the ticket would be authorized no longer than the current one, although a new token
   * was requested. The next attempt is then when that authorization has ended.
   */
  #extends({ expiresAt, authorizedUntil }: Ticket, renews: boolean): boolean {
    const { clock } = this.#settings;
    const until = authorizedUntil ? Date.parse(authorizedUntil) : Number.POSITIVE_INFINITY;
    // At least TICKET, so that short tokens cause no more than four connections in a minute.
    const left = authorizedUntil ? until - Date.parse(expiresAt) + TICKET : until;
    if (renews && this.#current && until <= this.#authorizedUntil) {
      this.#dial = undefined;
      this.#schedule(left);
      return false;
    }
    this.#authorizedUntil = until;
    this.#renewAt = clock.now() + left - Math.min(RENEW_BEFORE * (1 + clock.random()), left / 2);
    return true;
  }

  #promote(connection: Connection): void {
    const { clock, rotateAfter } = this.#settings;
    this.#current?.endAfter(LINGER);
    this.#current = connection;
    this.#next = this.#dial = undefined;
    const [earliest, latest] = rotateAfter;
    const age = earliest + (latest - earliest) * clock.random();
    this.#schedule(Math.min(age, Math.max(0, this.#renewAt - clock.now())));
    log(this.#settings, 'open');
  }

  /** Ends all connections: the browser breaks them, and reports it late. */
  #freeze(): void {
    this.#wokeAt = Number.NEGATIVE_INFINITY;
    for (const connection of this.#connections) {
      connection.end('frozen');
    }
  }

  #measured(): void {
    const { clock, pingEvery } = this.#settings;
    if (this.#pingEvery < pingEvery && clock.now() >= this.#growAt) {
      this.#pingEvery = Math.min(pingEvery, 2 * this.#pingEvery);
      this.#growAt = clock.now() + this.#growAfter;
    }
    this.#update();
  }

  #ended(connection: Connection): void {
    this.#connections.delete(connection);
    const isCurrent = connection === this.#current;
    if (!isCurrent && connection !== this.#next) {
      return;
    }
    this.#closeCode = connection.closeCode;
    if (this.#mode === 'active') {
      this.#reason = connection.reason;
      this.#error = connection.error;
    }
    if (isCurrent) {
      this.#lost(connection);
    } else {
      this.#next = undefined;
      this.#failed();
    }
  }

  #lost({ openedAt = 0, activeAt, worked, reason, closeCode }: Connection): void {
    const now = this.#settings.clock.now();
    this.#current = undefined;
    if (worked && reason !== 'limit' && (HARMLESS.includes(closeCode) || now >= openedAt + MINUTE)) {
      this.#failures = 0;
    }
    if (worked && reason === 'dropped' && (closeCode ?? 1006) === 1006 && now >= activeAt + IDLE) {
      this.#pingEvery = Math.min(this.#pingEvery, Math.max(PING, 0.7 * (now - activeAt)));
      this.#growAfter *= 2;
      this.#growAt = now + this.#growAfter;
    }
    if (this.#next?.openedAt !== undefined) {
      this.#promote(this.#next);
    } else if (!this.#dial && this.#mode === 'active') {
      this.#retry();
    } else {
      this.#update();
    }
  }

  #failed(error?: unknown): void {
    this.#dial = undefined;
    if (error instanceof TwinlaneError) {
      const { code, retryAfter } = error;
      this.#error = error;
      if (TOKEN_CODES.includes(code)) {
        this.#tokenFailures += 1;
        if ((code as string) === 'signed_out' || this.#tokenFailures >= TOKEN_ATTEMPTS) {
          this.#stop('token', error);
          return;
        }
        this.#reason = 'token';
      }
      if (code !== 'unavailable' && code !== 'rate_limited') {
        this.#owner.refused(error);
      }
      this.#retry(retryAfter);
    } else {
      this.#retry();
    }
  }

  /** Gives up, until the client wakes or a call needs the connection. A current connection goes on. */
  #stop(reason: Reason, error: TwinlaneError): void {
    this.#dial = undefined;
    this.#mode = 'stopped';
    this.#reason = reason;
    this.#error = error;
    this.#update();
    this.#owner.refused(error);
  }

  #retry(retryAfter = 0): void {
    const { clock, reconnect } = this.#settings;
    this.#failures += 1;
    const delay = retryAfter * SECOND + backoffDelay(this.#failures, reconnect, clock.random());
    log(this.#settings, 'retry', { delay });
    this.#schedule(delay);
  }

  /** Schedules the next connection and cancels a pending one. */
  #schedule(milliseconds: number): void {
    const { clock } = this.#settings;
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => void this.#connect(), milliseconds);
    this.#retryAt = clock.date() + milliseconds;
    this.#update();
  }

  /** Replaces the snapshot, if it has changed. */
  #update(): void {
    const current = this.#current;
    const mode = this.#mode;
    const rtt = current?.rtt;
    const state: ConnectionState = current
      ? {
          status: 'open',
          attempt: 0,
          rtt,
          quality: current.silent ? 'silent' : rtt && rtt > SECOND ? 'slow' : 'good',
          closeCode: this.#closeCode,
        }
      : {
          status: mode === 'active' ? 'connecting' : mode === 'stopped' ? 'closed' : mode,
          reason: this.#reason,
          error: this.#error,
          closeCode: this.#closeCode,
          attempt: this.#failures,
          retryAt: this.#retryAt,
          quality: 'none',
        };
    const before = this.state;
    const keys = Object.keys({ ...before, ...state }) as (keyof ConnectionState)[];
    if (keys.some((key) => before[key] !== state[key])) {
      this.state = state;
      this.#owner.changed(state);
    }
  }
}
