import { dirname } from 'node:path';
import { unlimited } from '../../../lambda/adapters/unlimited';
import { ANYONE } from '../../../lambda/realtime/principal';
import { SOCKET_PATH } from '../../../lib/domains/lane-urls';
import { HTTP_PATHS } from '../../../lib/gateway/cloud-front';
import { createApp } from '../../../service/app';
import { ManualClock } from '../../support/memory/clock';
import { MemoryMessageLog } from '../../support/memory/message-log';
import { MemoryMetrics } from '../../support/memory/metrics';

/** @returns the paths of all routes of the service; those of middleware have a wildcard */
function routes(): string[] {
  const clock = new ManualClock();
  const newId = () => 'id';
  const app = createApp({
    authenticate: async () => ANYONE,
    rateLimits: unlimited,
    ticketIssuer: { mint: async () => 'minted', revoke: async () => undefined },
    log: new MemoryMessageLog(clock, 3600, newId),
    clock,
    newId,
    allowedOrigins: [],
    documentation: dirname(require.resolve('swagger-ui-dist/package.json')),
    logger: () => undefined,
    metrics: new MemoryMetrics(),
  });
  return [...new Set(app.routes.map(({ path }) => path))].filter((path) => !path.includes('*'));
}

/** True if a path pattern of CloudFront, in which `*` is any text, matches. */
function matches(pattern: string, path: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(path);
}

test('a gateway with a page forwards every route of the service to the HTTP lane', () => {
  const all = routes();
  expect(all).toEqual(expect.arrayContaining(['/health', '/v1/tickets', '/asyncapi.json', '/openapi.json', '/docs']));
  expect(all.filter((path) => !HTTP_PATHS.some((pattern) => matches(pattern, path)))).toEqual([]);
});

test('a gateway with a page forwards no path to the HTTP lane that has no route', () => {
  const all = routes();
  expect(HTTP_PATHS.filter((pattern) => !all.some((path) => matches(pattern, path)))).toEqual([]);
});

test('no route of the service has the path of the socket', () => {
  expect(routes().filter((path) => path.startsWith(SOCKET_PATH))).toEqual([]);
  expect(HTTP_PATHS.filter((pattern) => matches(pattern, SOCKET_PATH))).toEqual([]);
});
