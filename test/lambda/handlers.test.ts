import { entryFromEnvironment } from '../../lambda/entry-from-environment';
import { Environment } from '../../lambda/environment';
import { twinlane } from '../lib/lanes';
import { templateOf } from '../lib/synthesized';

const template = templateOf((stack) => void twinlane(stack));

/** Environment of a function, as the constructs set it. Values that are resolved on deployment are replaced by a URL. */
function environmentOf(name: string): Record<string, string> {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
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
  it('loads without a management API, and connects to nothing before its first event', () => {
    const variables = { ...environmentOf(name), MANAGEMENT_ENDPOINT: 'tasks' };
    expect(load(name.toLowerCase(), variables)).toBeInstanceOf(Function);
    expect(() => load(name.toLowerCase(), { ...variables, CONNECTION_TABLE: '' })).toThrow('CONNECTION_TABLE');
  });
});

test.each([
  ['tasks', 'LeaseTable', 'TaskPosts'],
  ['https://example.com/prod', 'ShardTable', 'ManagementApi'],
])('the management endpoint %s selects the connections of its entry', (endpoint, table, posts) => {
  const before = process.env;
  process.env = { AWS_REGION: 'us-east-1', CONNECTION_TABLE: 'connections', MANAGEMENT_ENDPOINT: endpoint };
  try {
    const entry = entryFromEnvironment();
    expect([entry.connections.constructor.name, entry.posts.constructor.name]).toEqual([table, posts]);
  } finally {
    process.env = before;
  }
});
