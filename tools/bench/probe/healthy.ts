import { CA } from '../../../test/tools/probe/servers/certificate';
import type { PlantedOptions } from '../../../test/tools/probe/servers/planted/options';
import { type Case, far, JSON_POST, PAGE, planted, SHORT, socket, type Verdict } from './case';

const NO_FAULT: Verdict = { exitCode: 0, first: [] };

/** Servers in which nothing must be found, neither fast nor slow enough for a complaint. */
export const HEALTHY: readonly Case[] = [
  healthy('Node.js with HTTP', {}),
  healthy('HTTP/2 with TLS', { transport: 'h2' }, '--cacert', CA),
  healthy('TLS 1.2', { transport: 'TLSv1.2' }, '--cacert', CA),
  healthy('a handler of 50 ms', { always: 50 }),
  healthy('a handler of 80 ms, for a page of another origin that posts JSON', { always: 80 }, ...PAGE, ...JSON_POST),
  healthy('a response of 2 MB', { bytes: 2_000_000 }),
  healthy('a response without a body, 204', { status: 204 }),
  {
    title: 'a distant server with TLS, for a page of another origin that posts JSON',
    expected: NO_FAULT,
    start: async (servers) => [
      await far(servers, { transport: 'https' }),
      ...['--cacert', CA, ...PAGE, ...JSON_POST, ...SHORT],
    ],
  },
  {
    title: 'sockets that block another process, 40 ms for each frame',
    expected: NO_FAULT,
    start: async (servers) => {
      const sockets = await planted(servers, { frames: 'broadcast', perFrame: 40 });
      return [
        await planted(servers, {}),
        ...['--websocket', sockets.replace('http', 'ws'), '--frame', 'hello'],
        ...[...SHORT, '--rounds', '5'],
      ];
    },
  },
  {
    title: 'sockets in the same process, 0.2 ms for each frame',
    expected: NO_FAULT,
    start: async (servers) => socket(await planted(servers, { perFrame: 0.2 }), '--frame', 'hello'),
  },
];

/** A server that has answered requests before the probe's. */
export const USED: Case = {
  title: 'a server that could have answered requests before',
  expected: { exitCode: 2, first: [], says: /restart/i },
  start: async (servers) => [await planted(servers, {}), '--rest', 'none'],
};

function healthy(title: string, options: PlantedOptions, ...args: readonly string[]): Case {
  return { title, expected: NO_FAULT, start: async (servers) => [await planted(servers, options), ...args, ...SHORT] };
}
