import { Environment } from '../../lambda/environment';
import { WebSocketEntry } from '../../lib';
import { twinlane } from '../lib/lanes';
import { templateOf } from '../lib/synthesized';

const template = templateOf((stack) => void twinlane(stack));
const withServers = templateOf((stack) => void twinlane(stack, { webSocket: { entry: WebSocketEntry.servers() } }));

/** Environment of a function, as the constructs set it. Values that are resolved on deployment are replaced by a URL. */
function environmentOf(name: string, of = template): Record<string, string> {
  const functions = Object.entries(of.findResources('AWS::Lambda::Function'));
  const found = functions.filter(([id]) => new RegExp(`${name}Function[A-F0-9]{8}$`).test(id));
  expect(found.map(([id]) => id)).toHaveLength(1);
  const variables: Record<string, unknown> = found[0]?.[1].Properties.Environment.Variables;
  const own = Object.entries(variables).filter(([variable]) => variable in Environment);
  return Object.fromEntries(
    own.map(([variable, value]) => [variable, typeof value === 'string' ? value : 'https://example.com/resolved']),
  );
}

function load(name: string, variables: Record<string, string>): unknown {
  const before = process.env;
  process.env = { AWS_REGION: 'us-east-1', ...variables };
  try {
    let handler: unknown;
    jest.isolateModules(() => {
      handler = require(`../../lambda/${name}.handler`).handler;
    });
    return handler;
  } finally {
    process.env = before;
  }
}

describe.each(['Connect', 'Disconnect', 'Message', 'Push', 'Dispatch', 'Deliver', 'Revoke'])(
  'the function %s',
  (name) => {
    it('loads with the environment variables that its construct sets', () => {
      expect(load(name.toLowerCase(), environmentOf(name))).toBeInstanceOf(Function);
    });

    it('requires each variable that its construct sets, with the name of a missing one in the error', () => {
      const variables = environmentOf(name);
      for (const variable of Object.keys(variables)) {
        expect(() => load(name.toLowerCase(), { ...variables, [variable]: '' })).toThrow(variable);
      }
    });
  },
);

describe.each(['Push', 'Deliver', 'Revoke'])('the function %s of a lane with servers', (name) => {
  const file = `tasks/${name.toLowerCase()}`;

  it('loads with the environment variables that its construct sets, and no management API', () => {
    const variables = environmentOf(name, withServers);
    expect(load(file, variables)).toBeInstanceOf(Function);
    expect(variables).not.toHaveProperty('MANAGEMENT_ENDPOINT');
  });

  it('requires each variable that its construct sets, with the name of a missing one in the error', () => {
    const variables = environmentOf(name, withServers);
    for (const variable of Object.keys(variables)) {
      expect(() => load(file, { ...variables, [variable]: '' })).toThrow(variable);
    }
  });
});

describe('the function of the canary', () => {
  const variables = {
    HTTP_URL: 'https://api.example.com',
    WEBSOCKET_URL: 'wss://ws.example.com',
    CANARY_NAME: 'canary',
    CANARY_SIGN_IN: '{"type":"none"}',
    CANARY_SECRET: 'none',
  };

  it('loads with the environment variables that its construct sets', () => {
    expect(load('canary', variables)).toBeInstanceOf(Function);
  });

  it('requires each variable, with the name of a missing one in the error', () => {
    for (const variable of Object.keys(variables)) {
      expect(() => load('canary', { ...variables, [variable]: '' })).toThrow(variable);
    }
  });
});
