import { setMaxListeners } from 'node:events';
import { CommandError } from '../cli';
import { slowedBy, slowestIdle } from './causes/load';
import { freshRun, type Page, tlsFacts } from './fresh-run';
import type { Measurements, Pass, Reach } from './measurements';
import { resolveName } from './name';
import { pass } from './pass';
import { hostOf, isSecure, type Place, portOf, trust } from './place';
import { reachFamilies } from './reach';
import { RunningClock } from './running-clock';
import { Sockets, type Storm } from './storm';
import { NOTICEABLE } from './thresholds';
import { type Opening, openSocket, ticketFrom } from './web-socket';

/** What to measure, and how gently. */
export interface Plan {
  readonly api: URL;
  readonly ws: URL;
  readonly page: Page;
  readonly subprotocol: string;
  /** Fresh connections, and handshakes. */
  readonly runs: number;
  readonly load: Load;
  /** A name server to ask instead of the system. */
  readonly dns?: string;
  /** Certificates to trust, PEM. */
  readonly ca?: string;
  /** Milliseconds for each step. */
  readonly timeout: number;
}

/** The most that the socket lane is burdened with. `seconds` is also how long each other pass takes. */
interface Load extends Storm {
  readonly sockets: number;
}

export function nothing(): Measurements {
  return { names: [], families: [], runs: [], handshakes: [], passes: [] };
}

/**
 * Measures, and adds to `found` as it goes, so that what there is can be told when `signal` ends it early.
 *
 * @param step told what is measured next
 * @throws {CommandError} with a sentence; what the signal interrupts throws anything
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
  const { api, ws, page, runs, load } = plan;
  // Every connection listens to it.
  setMaxListeners(0, signal);
  step('the names');
  const apiPlace = await placeOf(plan, api, signal, clock, found);
  const wsPlace = await placeOf(plan, ws, signal, clock);
  const opening: Opening = {
    subprotocol: plan.subprotocol,
    origin: page.origin,
    ticket: page.token === undefined ? undefined : ticketFrom(apiPlace, page.token, page.origin),
  };
  for (let run = 0; run < runs; run++) {
    step(`first and second request, ${run + 1} of ${runs}`);
    if (run > 0) {
      found.names.push(await resolveName(hostOf(api), plan.dns, plan.timeout, clock));
    }
    const { run: result, preflight } = await freshRun(apiPlace, page);
    found.runs.push(result);
    found.preflight = preflight;
  }
  if (apiPlace.secure) {
    found.tls = await tlsFacts(apiPlace, page);
  }
  for (let run = 0; run < runs; run++) {
    step(`WebSocket handshake, ${run + 1} of ${runs}`);
    const { socket, handshake } = await openSocket(wsPlace, opening);
    socket.terminate();
    found.handshakes.push(handshake);
  }
  const once = async (name: Pass['name'], count: number): Promise<Pass> => {
    step(PASS_STEPS[name](load));
    const sockets = await Sockets.open(count, wsPlace, opening);
    try {
      const [result] = await Promise.all([
        pass(name, apiPlace, page, load.seconds, sockets),
        name === 'storm' ? sockets.send(load, signal) : undefined,
      ]);
      found.passes.push(result);
      return result;
    } finally {
      sockets.close();
    }
  };
  await once('idle', 0);
  // What looks slowed is measured again, and so is what it is compared with: a machine that became busy slows both.
  const under = async (name: Pass['name'], count: number): Promise<Pass> => {
    const result = await once(name, count);
    if (result.stalled > 0 || slowedBy(result, slowestIdle(found.passes)) <= NOTICEABLE) {
      return result;
    }
    await once('idle', 0);
    return once(name, count);
  };
  await under('open', 1);
  const silent = await under('silent', load.sockets);
  // Where silent sockets alone hold requests back, a storm would only say so again.
  if (silent.stalled === 0) {
    await under('storm', load.sockets);
  }
}

const PASS_STEPS: Readonly<Record<Pass['name'], (load: Load) => string>> = {
  idle: () => 'requests with no socket open',
  open: () => 'requests with one socket open',
  silent: ({ sockets }) => `requests with ${sockets} silent sockets`,
  storm: ({ sockets, messages }) => `requests while ${sockets} sockets send ${messages} frames a second`,
};

/** Finds an address that answers, IPv6 first as browsers do. @param found takes what was seen on the way */
async function placeOf(
  plan: Plan,
  url: URL,
  signal: AbortSignal,
  clock: RunningClock,
  found?: Measurements,
): Promise<Place> {
  const name = await resolveName(hostOf(url), plan.dns, plan.timeout, clock);
  const port = portOf(url);
  const families = await reachFamilies(name, port, signal, clock);
  found?.names.push(name);
  found?.families.push(...families);
  const alive = families.find(({ outcome }) => outcome === 'answers');
  if (!alive) {
    throw new CommandError(
      `Nothing answers at ${url.href}: ${families.map(deadFamily).join(', ')}. Check host and port`,
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

function deadFamily({ address, outcome }: Reach): string {
  return `${address} ${DEAD[outcome]}`;
}

const DEAD: Readonly<Record<Reach['outcome'], string>> = {
  answers: 'answers',
  refused: 'refuses connections',
  unanswered: 'is silent',
  unreachable: 'cannot be reached from here',
};
