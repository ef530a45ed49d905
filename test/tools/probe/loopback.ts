import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { type Endpoint, hostOf, isSecure, portOf, trust } from '../../../tools/probe/network/endpoint';
import { RunningClock } from '../../../tools/probe/network/running-clock';

/** Milliseconds between two readings of {@link tickingClock}. */
export const TICK = 10;

/** A clock that advances with each reading, and never otherwise. */
function tickingClock(): RunningClock {
  let time = 0;
  const clock = new RunningClock(() => (time += TICK));
  clock.stop();
  return clock;
}

/** Starts a server in this process. @returns the endpoint by which the probe reaches it */
export async function listening(server: Server, scheme: 'http' | 'https' | 'ws', ca?: string): Promise<Endpoint> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  return endpoint(new URL(`${scheme}://${address}:${port}`), ca);
}

/** Endpoint of a server on an address of this machine. @param ca trusted certificates, PEM */
function endpoint(url: URL, ca?: string): Endpoint {
  return {
    url,
    address: hostOf(url),
    port: portOf(url),
    secure: isSecure(url),
    trust: trust(ca),
    timeout: 10_000,
    clock: tickingClock(),
    signal: new AbortController().signal,
  };
}
