import { CommandError } from '../../cli';
import type { Measurements, Name, Reach } from '../measurements';
import { type Endpoint, hostOf, isSecure, portOf, trust } from '../network/endpoint';
import { startOrPort } from '../network/failure';
import { isMulticast, resolveName } from '../network/name';
import { reachFamilies } from '../network/reach';
import { redirected } from '../network/redirect';
import type { RunningClock } from '../network/running-clock';
import { ticketsFrom } from '../network/tickets';
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
  const { request, socket } = plan;
  const { url } = request;
  show(isMulticast(hostOf(url)) ? 'the host name, by multicast: up to 10 s' : 'host names');
  const server = await endpointOf(plan, url, signal, clock, (name, families) => {
    found.name = name;
    found.families.push(...families);
  });
  if (!socket) {
    return { plan, found, server, show };
  }
  const socketServer = await endpointOf(plan, socket.url, signal, clock);
  const { subprotocol, origin, cookie, tickets } = socket;
  const issuer = tickets && (await endpointOf(plan, tickets, signal, clock));
  const ticket = issuer && ticketsFrom(issuer, request.headers, origin);
  return { plan, found, server, socketServer, opening: { subprotocol, origin, cookie, ticket }, show };
}

/**
 * Finds the server to which the page's request is redirected. The context that it returns is for all later steps.
 *
 * @param status of the redirect: after some, a POST becomes a GET
 */
export async function relocate(context: Context, url: URL, status = 307): Promise<Context> {
  const { plan, found, server, show } = context;
  show(`the redirect to ${url.href}`);
  const next = { ...plan, request: redirected(plan.request, status, url) };
  if (url.origin === server.url.origin) {
    return { ...context, plan: next, server: { ...server, url } };
  }
  const relocated = await endpointOf(next, url, server.signal, server.clock, (name, families) => {
    // The time of the first lookup: the second is answered from a cache.
    if (url.hostname !== server.url.hostname) {
      found.name = name;
    }
    found.families.splice(0, found.families.length, ...families);
  });
  return { ...context, plan: next, server: relocated };
}

/** Finds an address of the URL's host that accepts connections. @throws {CommandError} if there is none */
export async function endpointOf(
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
      `${url.href} accepts no connections: ${families.map(outcomeOf).join(', ')}. Fix: ${startOrPort(url)}.`,
    );
  }
  const { ca, insecure, timeout } = network;
  return {
    url,
    address: alive.address,
    port,
    secure: isSecure(url),
    trust: trust(ca),
    insecure,
    timeout,
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
  'no-route': 'cannot be reached from this machine',
};
