import { CommandError } from '../../cli';
import type { Measurements, Name, Reach } from '../measurements';
import { type Endpoint, hostOf, isSecure, portOf, trust } from '../network/endpoint';
import { resolveName } from '../network/name';
import { reachFamilies } from '../network/reach';
import type { RunningClock } from '../network/running-clock';
import type { Plan } from '../plan';
import type { Context } from './context';

/** Finds addresses that accept connections, IPv6 first as in browsers. Sends no request. */
export async function locate(
  plan: Plan,
  found: Measurements,
  show: (text: string) => void,
  signal: AbortSignal,
  clock: RunningClock,
): Promise<Context> {
  show('host names');
  const server = await endpointOf(plan, plan.request.url, signal, clock, (name, families) => {
    found.name = name;
    found.families.push(...families);
  });
  const socketServer = plan.socket && (await endpointOf(plan, plan.socket.url, signal, clock));
  return { plan, found, server, ...(socketServer && { socketServer }), show };
}

async function endpointOf(
  { network }: Plan,
  url: URL,
  signal: AbortSignal,
  clock: RunningClock,
  located: (name: Name, families: readonly Reach[]) => void = () => undefined,
): Promise<Endpoint> {
  const name = await resolveName(hostOf(url), network.dns, network.timeout, clock);
  const port = portOf(url);
  const families = await reachFamilies(name, port, signal, clock);
  located(name, families);
  const alive = families.find(({ outcome }) => outcome === 'connected');
  if (!alive) {
    throw new CommandError(
      `${url.href} accepts no connections: ${families.map(outcomeOf).join(', ')}. Fix: check the host and port.`,
    );
  }
  const { timeout } = network;
  return { url, address: alive.address, port, secure: isSecure(url), trust: trust(network.ca), timeout, clock, signal };
}

function outcomeOf({ address, outcome }: Reach): string {
  return `${address} ${OUTCOMES[outcome]}`;
}

const OUTCOMES: Readonly<Record<Reach['outcome'], string>> = {
  connected: 'accepts connections',
  refused: 'refuses connections',
  timeout: 'does not respond',
  'no-route': 'cannot be reached from this machine',
};
