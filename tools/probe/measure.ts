import { setMaxListeners } from 'node:events';
import { CommandError } from '../cli';
import { freshRun, type Page, tlsFacts } from './fresh-run';
import type { Measurements, Pass, Reach } from './measurements';
import { resolveName } from './name';
import { pass } from './pass';
import { everyPass } from './passes';
import { hostOf, isSecure, type Endpoint, portOf, trust } from './endpoint';
import { reachFamilies } from './reach';
import { RunningClock } from './running-clock';
import { Sockets, type Storm } from './storm';
import { type Opening, openSocket, ticketFrom } from './web-socket';

/** Parameters of the measurement. */
export interface Plan {
  readonly http: URL;
  readonly websocket: URL;
  readonly page: Page;
  readonly subprotocol: string;
  /** Number of new connections, and of WebSocket handshakes. */
  readonly runs: number;
  readonly load: Load;
  /** Name server to use instead of the system's resolver. */
  readonly dns?: string;
  /** Additional trusted certificates, PEM. */
  readonly ca?: string;
  /** Timeout of each step, in milliseconds. */
  readonly timeout: number;
}

/** Maximum load on the WebSocket lane. `seconds` is also the duration of each other pass. */
interface Load extends Storm {
  readonly sockets: number;
}

export function emptyMeasurements(): Measurements {
  return { names: [], families: [], runs: [], handshakes: [], passes: [] };
}

/**
 * Measures. Adds each result to `found` immediately, so that partial results can be reported if `signal` interrupts it.
 *
 * @param step called with a description of each next step
 * @throws {CommandError} if something cannot be measured; any error after the signal
 */
export async function measure(
  plan: Plan,
  found: Measurements,
  step: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const clock = new RunningClock();
  try {
    await measureBy(clock, plan, found, step, signal);
  } finally {
    clock.stop();
  }
}

async function measureBy(
  clock: RunningClock,
  plan: Plan,
  found: Measurements,
  step: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { http, websocket, page, runs, load } = plan;
  // Every connection adds a listener.
  setMaxListeners(0, signal);
  step('host names');
  const httpEndpoint = await endpointOf(plan, http, signal, clock, found);
  const webSocketEndpoint = await endpointOf(plan, websocket, signal, clock);
  const opening: Opening = {
    subprotocol: plan.subprotocol,
    origin: page.origin,
    ticket: page.token === undefined ? undefined : ticketFrom(httpEndpoint, page.token, page.origin),
  };
  for (let run = 0; run < runs; run++) {
    step(`first and second request, ${run + 1} of ${runs}`);
    if (run > 0) {
      found.names.push(await resolveName(hostOf(http), plan.dns, plan.timeout, clock));
    }
    const { run: result, preflight } = await freshRun(httpEndpoint, page);
    found.runs.push(result);
    found.preflight = preflight;
  }
  if (httpEndpoint.secure) {
    found.tls = await tlsFacts(httpEndpoint, page);
  }
  for (let run = 0; run < runs; run++) {
    step(`WebSocket handshake, ${run + 1} of ${runs}`);
    const { socket, handshake } = await openSocket(webSocketEndpoint, opening);
    socket.terminate();
    found.handshakes.push(handshake);
  }
  const once = async (name: Pass['name'], count: number): Promise<Pass> => {
    step(PASS_STEPS[name](load));
    const sockets = await Sockets.open(count, webSocketEndpoint, opening);
    try {
      const [result] = await Promise.all([
        pass(name, httpEndpoint, page, load.seconds, sockets),
        name === 'storm' ? sockets.send(load, signal) : undefined,
      ]);
      found.passes.push(result);
      return result;
    } finally {
      sockets.close();
    }
  };
  await everyPass(load.sockets, once, found.passes);
}

const PASS_STEPS: Readonly<Record<Pass['name'], (load: Load) => string>> = {
  idle: () => 'requests without sockets',
  open: () => 'requests with one socket',
  silent: ({ sockets }) => `requests with ${sockets} silent sockets`,
  storm: ({ sockets, messages }) => `requests while ${sockets} sockets send ${messages} frames a second`,
};

/** Finds an address that accepts connections, IPv6 first as in browsers. @param found receives the intermediate results */
async function endpointOf(
  plan: Plan,
  url: URL,
  signal: AbortSignal,
  clock: RunningClock,
  found?: Measurements,
): Promise<Endpoint> {
  const name = await resolveName(hostOf(url), plan.dns, plan.timeout, clock);
  const port = portOf(url);
  const families = await reachFamilies(name, port, signal, clock);
  found?.names.push(name);
  found?.families.push(...families);
  const alive = families.find(({ outcome }) => outcome === 'connected');
  if (!alive) {
    throw new CommandError(
      `${url.href} accepts no connections: ${families.map(outcomeOf).join(', ')}. Fix: check the host and port.`,
    );
  }
  return {
    url,
    address: alive.address,
    port,
    secure: isSecure(url),
    trust: trust(plan.ca),
    timeout: plan.timeout,
    clock,
    signal,
  };
}

function outcomeOf({ address, outcome }: Reach): string {
  return `${address} ${OUTCOMES[outcome]}`;
}

const OUTCOMES: Readonly<Record<Reach['outcome'], string>> = {
  connected: 'accepts connections',
  refused: 'refuses connections',
  timeout: 'does not respond',
  'no-route': 'has no route from this machine',
};
