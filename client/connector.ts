import { backoffDelay } from './backoff';
import { after } from './clock';
import { connect, type Connection, type ConnectionOwner, type Query } from './connection';
import type { ConnectionState, Reason } from './connection-state';
import { TwinlaneError } from './error';
import { endedBy, type Http, type Ticket } from './http';
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

/** Error codes of a ticket that needs another token, and the number of final ones in a row after which the client stops. */
const [TOKEN_CODES, TOKEN_ATTEMPTS]: [string[], number] = [['token', 'signed_out', 'unauthorized', 'forbidden'], 10];

/** Minimum age of a connection whose loss is no failure, in milliseconds. Else a server that is broken gets a connection a second. */
const SHORT = 10 * SECOND;

/** Close codes of a server that ends, of a connection that broke, and of none. */
const HARMLESS: unknown[] = [undefined, 1001, 1005, 1006];

/** On waking: milliseconds for which a frame shows that the connection works, and of a ping and of a new connection. */
const [HEARD, CHECK, DIAL] = [5 * SECOND, 3 * SECOND, 2 * SECOND];

/** Maximum of the random delay before the connection of a client that woke, in milliseconds. */
const SOON = 500;

/** Minimum of the milliseconds without traffic after which a loss is an idle timeout, and of the interval of pings. */
const [IDLE, PING] = [15 * SECOND, 10 * SECOND];

/** Milliseconds after which a shorter interval of pings is first doubled. */
const GROW = 60 * MINUTE;

/**
 * Keeps a connection open: opens the first, reconnects when it breaks, and replaces it before the server closes it or its
 * authorization ends. A connection is replaced only when the new one is subscribed to every topic, so that no push is missed.
 */
export interface Connector {
  state: ConnectionState;
  /** Opens the first connection, or tries again after the client stopped. */
  start(): void;
  subscribe(topic: string): void;
  unsubscribe(): void;
  /** Asks the server. @returns a promise that rejects with a {@link TwinlaneError} */
  presence(topic: string): Promise<Presence>;
  /** Checks the connection, or reconnects immediately. @param event its reason, for the log */
  wake(event?: string): void;
  /** Ends every connection. @param closed false if the client can be used again */
  end(closed: boolean): void;
}

export function connector(settings: Settings, http: Http, owner: ConnectorOwner): Connector {
  const { clock, token, answerWithin, pingEvery, reconnect, rotateAfter, WebSocket } = settings;
  const connections = new Set<Connection>();
  const queries = new Set<Query>();
  let current: Connection | undefined;
  /** Replaces the current connection, if there is one, when it is subscribed to every topic. */
  let next: Connection | undefined;
  /** Present from the request of a ticket until the new connection is the current one. */
  let dial: { at: number } | undefined;
  /** `stopped` if only {@link wake} or a new call can lead to another attempt. */
  let mode: 'idle' | 'active' | 'stopped' | 'closed' = 'idle';
  let failures = 0;
  let tokenFailures = 0;
  /** The last loss or refusal. */
  let last: Pick<ConnectionState, 'reason' | 'error' | 'closeCode'> = {};
  let retryAt: number | undefined;
  /** End of the authorization by the newest ticket, in milliseconds of the server's clock. */
  let authorizedUntil = 0;
  /** Time from which on a connection needs a new token, in milliseconds of the client's clock. */
  let renewAt = Number.POSITIVE_INFINITY;
  /** Cancels the next connection. */
  let cancel = (): void => undefined;
  let unwatch: (() => void) | undefined;
  let wokeAt = Number.NEGATIVE_INFINITY;
  let interval = pingEvery;
  /** Time at which the interval of pings is doubled, and the milliseconds until then. */
  let growAt = 0;
  let growAfter = GROW / 2;

  const connector: Connector = {
    state: { status: 'idle', attempt: 0, quality: 'none' },
    start,
    subscribe(topic) {
      start();
      for (const connection of connections) {
        connection.subscribe(topic);
      }
    },
    unsubscribe() {
      for (const connection of connections) {
        connection.reconcile();
      }
    },
    presence: (topic) =>
      new Promise((resolve, reject) => {
        const query: Query = {
          topic,
          answer(result) {
            stop();
            queries.delete(query);
            result instanceof TwinlaneError ? reject(result) : resolve(result);
          },
        };
        const stop = after(clock, answerWithin, () => query.answer(new TwinlaneError('unavailable', 'No answer')));
        if (mode === 'closed') {
          query.answer(endedBy('closed'));
          return;
        }
        queries.add(query);
        start();
        connector.unsubscribe();
      }),
    wake(event = 'wake') {
      const now = clock.now();
      if (event === 'online') {
        interval = Math.min(pingEvery, 2 * interval);
        growAfter = GROW / 2;
      }
      if (!unwatch || now < wokeAt + SECOND || (event === 'offline' && !current)) {
        return;
      }
      wokeAt = now;
      log(settings, 'wake', event);
      const checked = current;
      if (checked) {
        // What a page hears shortly before a sleep proves nothing, and not each clock goes on meanwhile.
        const delay = /^(vis|page|res)/.test(event) ? Math.max(0, checked.heardAt + HEARD - now) : 0;
        // Of two checks that miss an answer, the second must not replace the replacement.
        checked.check(delay, Math.min(CHECK, answerWithin), () => dial || checked !== current || void open());
      } else if (!dial || now >= dial.at + DIAL) {
        activate();
        schedule(SOON * clock.random());
      }
    },
    end(closed) {
      cancel();
      unwatch?.();
      unwatch = current = next = dial = retryAt = undefined;
      mode = closed ? 'closed' : 'idle';
      last = closed ? { reason: 'closed' } : {};
      failures = 0;
      authorizedUntil = 0;
      renewAt = Number.POSITIVE_INFINITY;
      for (const connection of connections) {
        connection.end();
      }
      for (const query of queries) {
        query.answer(endedBy(closed ? 'closed' : 'signed_out'));
      }
      update();
    },
  };
  return connector;

  function activate(): void {
    mode = 'active';
    failures = tokenFailures = 0;
  }

  function start(): void {
    if (mode === 'idle' || (mode === 'stopped' && last.reason !== 'unsupported')) {
      activate();
      void open();
    }
  }

  async function open(): Promise<void> {
    const attempt = { at: clock.now() };
    dial = attempt;
    cancel();
    retryAt = undefined;
    const previous = next;
    next = undefined;
    previous?.end();
    update();
    log(settings, 'connecting');
    if (!WebSocket) {
      stop('unsupported', new TwinlaneError('unsupported', 'There is no WebSocket. Fix: pass the option WebSocket'));
      return;
    }
    unwatch ??= watch(clock, connector.wake, freeze);
    // A timer can run slightly before its time.
    const renews = clock.now() + SECOND >= renewAt;
    if (renews) {
      http.renew();
    }
    let ticket: Ticket | undefined;
    try {
      ticket = await (token && http.ticket());
    } catch (error) {
      if (dial === attempt) {
        failed(error as TwinlaneError);
      }
      return;
    }
    if (dial !== attempt || (ticket && !extend(ticket, renews))) {
      return;
    }
    tokenFailures = 0;
    try {
      const connection: Connection = connect(
        settings,
        {
          ...owner,
          queries,
          pingEvery: () => interval,
          measured,
          opened: () => current ?? promote(connection),
          settled: () => connection === next && promote(connection),
          ended: () => ended(connection),
        },
        ticket?.ticket,
      );
      next = connection;
      connections.add(connection);
    } catch (cause) {
      stop('refused', new TwinlaneError('unsupported', String(cause), { cause }));
    }
  }

  /**
   * Takes in the end of an authorization. Uses the client's clock for durations only, because it can be wrong.
   *
   * @returns false if a connection with the ticket would be authorized no longer than the current one, although a new token
   * was requested. The next attempt is then when that authorization has ended.
   */
  function extend(ticket: Ticket, renews: boolean): boolean {
    const until = ticket.authorizedUntil ? Date.parse(ticket.authorizedUntil) : Number.POSITIVE_INFINITY;
    // At least TICKET, so that short tokens cause no more than four connections in a minute.
    const left = until - Date.parse(ticket.expiresAt) + TICKET;
    if (renews && current && until <= authorizedUntil) {
      dial = undefined;
      schedule(left);
      return false;
    }
    authorizedUntil = until;
    renewAt = clock.now() + left - Math.min(RENEW_BEFORE * (1 + clock.random()), left / 2);
    return true;
  }

  function promote(connection: Connection): void {
    current?.endAfter(LINGER);
    current = connection;
    next = dial = undefined;
    const [earliest, latest] = rotateAfter;
    const age = earliest + (latest - earliest) * clock.random();
    schedule(Math.min(age, Math.max(0, renewAt - clock.now())));
    log(settings, 'open');
  }

  /** Ends all connections: the browser breaks them, and reports it late. */
  function freeze(): void {
    wokeAt = Number.NEGATIVE_INFINITY;
    for (const connection of connections) {
      connection.end('frozen');
    }
  }

  function measured(): void {
    if (interval < pingEvery && clock.now() >= growAt) {
      interval = Math.min(pingEvery, 2 * interval);
      growAt = clock.now() + growAfter;
    }
    update();
  }

  function ended(connection: Connection): void {
    connections.delete(connection);
    const isCurrent = connection === current;
    if (!isCurrent && connection !== next) {
      return;
    }
    const { reason, error, closeCode } = connection;
    last = { ...(mode === 'active' ? { reason, error } : last), closeCode };
    if (isCurrent) {
      lost(connection);
    } else {
      next = undefined;
      failed();
    }
  }

  function lost({ openedAt = 0, activeAt, idle, worked, reason, closeCode }: Connection): void {
    const now = clock.now();
    current = undefined;
    const age = now - openedAt;
    if (worked && reason !== 'limit' && age >= (HARMLESS.includes(closeCode) ? SHORT : MINUTE)) {
      failures = 0;
    }
    // A proxy closes an idle connection, or forgets it: then the next frame is not answered.
    const quiet =
      reason === 'silent' ? idle : reason === 'dropped' && (closeCode ?? 1006) === 1006 ? now - activeAt : 0;
    if (worked && quiet >= IDLE) {
      interval = Math.min(interval, Math.max(PING, 0.7 * quiet));
      growAfter *= 2;
      growAt = now + growAfter;
    }
    if (next?.openedAt !== undefined) {
      promote(next);
    } else if (!dial && mode === 'active') {
      retry();
    } else {
      update();
    }
  }

  function failed(error?: TwinlaneError): void {
    dial = undefined;
    if (error) {
      const { code, retryable } = error;
      last = { ...last, error };
      if (TOKEN_CODES.includes(code)) {
        tokenFailures += retryable ? 0 : 1;
        if (code === 'signed_out' || tokenFailures >= TOKEN_ATTEMPTS) {
          stop('token', error);
          return;
        }
        last = { ...last, reason: 'token' };
      }
      if (code === 'token' || !retryable) {
        owner.refused(error);
      }
    }
    retry(error?.retryAfter);
  }

  /** Gives up, until the client wakes or a call needs the connection. A current connection goes on. */
  function stop(reason: Reason, error: TwinlaneError): void {
    dial = undefined;
    mode = 'stopped';
    last = { ...last, reason, error };
    update();
    owner.refused(error);
  }

  function retry(retryAfter = 0): void {
    failures += 1;
    const delay = retryAfter * SECOND + backoffDelay(failures, reconnect, clock.random());
    log(settings, 'retry', { delay });
    schedule(delay);
  }

  /** Schedules the next connection and cancels a pending one. */
  function schedule(milliseconds: number): void {
    cancel();
    cancel = after(clock, milliseconds, open);
    retryAt = clock.date() + milliseconds;
    update();
  }

  /** Replaces the snapshot, if it has changed. */
  function update(): void {
    const rtt = current?.rtt && Math.round(current.rtt);
    const { closeCode } = last;
    const state: ConnectionState = current
      ? {
          status: 'open',
          attempt: 0,
          rtt,
          quality: current.silent ? 'silent' : rtt && rtt > SECOND ? 'slow' : 'good',
          closeCode,
        }
      : {
          ...last,
          status: mode === 'active' ? 'connecting' : mode === 'stopped' ? 'closed' : mode,
          attempt: failures,
          retryAt,
          quality: 'none',
        };
    const before = connector.state;
    const keys = Object.keys({ ...before, ...state }) as (keyof ConnectionState)[];
    if (keys.some((key) => before[key] !== state[key])) {
      connector.state = state;
      owner.changed(state);
    }
  }
}
