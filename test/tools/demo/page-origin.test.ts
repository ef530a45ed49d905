import { loadAssembly } from '../../../tools/local';
import { allowsOnlyItself, pageOrigin } from '../../../tools/demo/page-origin';
import { SHARED_LOAD_BALANCER, stageStack } from '../../stack/stages';
import { synthesized } from '../../support/cloud-assembly';

const NOTHING = { services: [], functions: [], loadBalancers: [], distributions: [] };

test.each(['dev', 'prod'])('the page of the %s stage replaces the first allowed origin', (stage) => {
  const allowedOrigins = ['https://first.example.com', 'https://second.example.com'];
  const assembly = synthesized((app) => void stageStack(stage, { allowedOrigins }, app));
  expect(pageOrigin(loadAssembly(assembly))).toBe('https://first.example.com');
});

test.each([
  ['capacitor://localhost,http://127.0.0.1:5173,https://app.example.com', 'https://app.example.com'],
  ['capacitor://localhost,tauri://localhost', 'capacitor://localhost'],
])('the page replaces an origin of an app or of this machine only if there is no site: %s', (list, origin) => {
  expect(pageOrigin({ ...NOTHING, functions: [{ environment: { ALLOWED_ORIGINS: list } } as never] })).toBe(origin);
});

test.each([{}, { ALLOWED_ORIGINS: '' }, { ALLOWED_ORIGINS: '*' }])(
  'an app that is configured with %j has no page',
  (environment) => expect(pageOrigin({ ...NOTHING, functions: [{ environment } as never] })).toBeUndefined(),
);

test.each(['loadBalancers', 'distributions'])(
  'the page does not replace the origin of a gateway, in %s',
  (gateways) => {
    const environment = { ALLOWED_ORIGINS: 'https://app.example.com,https://pages.example.com' };
    const app = {
      ...NOTHING,
      functions: [{ environment } as never],
      [gateways]: [{ hosts: ['app.example.com'] } as never],
    };
    expect(pageOrigin(app)).toBe('https://pages.example.com');
  },
);

test('the page of one load balancer for both lanes replaces an allowed origin of another host', () => {
  const host = 'app.servers.example.com';
  const settings = {
    ...SHARED_LOAD_BALANCER,
    hosts: { http: host, websocket: host },
    gateway: { type: 'loadBalancer' } as const,
    allowedOrigins: ['https://pages.example.com'],
  };
  const assembly = synthesized((app) => void stageStack('servers', settings, app));
  expect(pageOrigin(loadAssembly(assembly))).toBe('https://pages.example.com');
});

test.each([
  ['https://app.example.com', true],
  ['https://app.example.com,https://pages.example.com', false],
  ['', false],
])('an app of the host app.example.com that allows %j allows only itself: %s', (list, expected) => {
  const app = {
    ...NOTHING,
    loadBalancers: [{ hosts: ['app.example.com'] } as never],
    functions: [{ environment: { ALLOWED_ORIGINS: list } } as never],
  };
  expect(allowsOnlyItself(app)).toBe(expected);
});
