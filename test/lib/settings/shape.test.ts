import { RegionInfo } from 'aws-cdk-lib/region-info';
import fc from 'fast-check';
import { outline } from '../../../lib/settings/check-shape';
import { problemsOf } from './problems-of';

/** Expects one problem for a setting with a wrong value. */
function settingWith(setting: string, value: unknown) {
  const path = `twinlane.dev.${setting}`;
  return {
    isRefusedWith: (rule: string, fix: string) =>
      expect(problemsOf({ [setting]: value })).toEqual([{ path, value, rule, fix }]),
  };
}

describe('The account', () => {
  test.each([['12345678901'], ['1234-5678-9012'], [123456789012]])(
    'must be 12 digits in quotes: %j is not',
    (value) => {
      settingWith('account', value).isRefusedWith(
        'must be an account ID of 12 digits, in quotes',
        'use the ID without hyphens, such as "123456789012"',
      );
    },
  );
});

describe('The Region', () => {
  test.each([
    ['us-est-1', 'use "us-east-1", or if it is a new Region, run: npm install --save-dev aws-cdk-lib@latest'],
    [
      'ap-southeast-8',
      'use "ap-southeast-1", or if it is a new Region, run: npm install --save-dev aws-cdk-lib@latest',
    ],
    ['eu-newland-1', 'correct its name, or if it is a new Region, run: npm install --save-dev aws-cdk-lib@latest'],
    ['EU-WEST-1', 'use "eu-west-1"'],
    ['us-east-1a', 'use "us-east-1"'],
    ['x', 'use the name of a Region, such as "us-east-1"'],
  ])('must be known to the CDK: %j is not', (value, fix) => {
    settingWith('region', value).isRefusedWith('must be an AWS Region that the installed aws-cdk-lib knows', fix);
  });

  test.each(RegionInfo.regions.map(({ name }) => name))('can be %s, which the CDK knows', (region) => {
    const zones = [`${region}a`, `${region}b`];
    const authentication = { type: 'oidc', issuer: 'https://login.example.com/', audience: 'shop' };
    expect(problemsOf({ region, availabilityZones: zones, authentication })).toEqual([]);
  });
});

describe('An Availability Zone', () => {
  test('must be a name, not an id', () => {
    expect(problemsOf({ availabilityZones: ['us-east-1a', 'use1-az2'] })).toEqual([
      {
        path: 'twinlane.dev.availabilityZones[1]',
        value: 'use1-az2',
        rule: 'must be the name of an Availability Zone',
        fix: 'use the name of a zone, not its ID: a Region and a letter, such as "us-east-1a"',
      },
    ]);
  });
});

describe('The hosted zone', () => {
  test('that is null can be removed, because it is optional', () => {
    settingWith('hostedZone', null).isRefusedWith(
      'must be a block of settings',
      'use { "id": "Z0123456789EXAMPLE", "name": "example.com" }, or remove it',
    );
  });

  test('must have an id without its path', () => {
    settingWith('hostedZone.id', '/hostedzone/Z012345').isRefusedWith(
      'must be the ID of a Route 53 hosted zone: Z, then capital letters and digits',
      'use the ID as the Route 53 console shows it, such as "Z0123456789EXAMPLE", without /hostedzone/',
    );
  });
});

describe('A host', () => {
  test.each([
    ['a final dot', 'hostedZone.name', 'example.com.', 'use "example.com"'],
    ['upper case', 'hosts.http', 'API.example.com', 'use "api.example.com"'],
    ['scheme and path', 'hosts.websocket', 'wss://ws.example.com/live', 'use "ws.example.com"'],
    ['a port', 'hosts.websocket', 'ws.example.com:443', 'use "ws.example.com"'],
    ['one label only', 'hosts.http', 'api', 'use a name such as "api.example.com"'],
    ['an empty label', 'hosts.http', 'api..example.com', 'use a name such as "api.example.com"'],
    ['a label of 64 letters', 'hosts.http', `${'a'.repeat(64)}.example.com`, 'use a name such as "api.example.com"'],
    ['254 characters', 'hosts.http', `b${'a.'.repeat(121)}example.com`, 'use a name such as "api.example.com"'],
    ['an outer hyphen', 'hosts.http', '-api.example.com', 'use a name such as "api.example.com"'],
    ['an underscore', 'hosts.http', 'my_api.example.com', 'use a name such as "api.example.com"'],
    ['a wildcard', 'hosts.http', '*.example.com', 'use a name such as "api.example.com"'],
  ])('with %s is refused', (_what, setting, value, fix) => {
    settingWith(setting, value).isRefusedWith(
      'must be a host name in lower case, without scheme, port, path or final dot',
      fix,
    );
  });
});

describe('An origin', () => {
  test.each([
    ['a final slash', 'https://app.example.com/', 'use "https://app.example.com"'],
    ['a path', 'https://app.example.com/login', 'use "https://app.example.com"'],
    ['a user', 'https://me@app.example.com', 'use "https://app.example.com"'],
    ['an upper-case letter', 'https://App.example.com', 'use "https://app.example.com"'],
    ['the default port', 'https://app.example.com:443', 'use "https://app.example.com"'],
    ['http on the network', 'http://app.example.com', 'use "https://app.example.com"'],
    ['no scheme', 'app.example.com', 'use "https://app.example.com"'],
    ['another scheme', 'ws://localhost:5173', 'use "http://localhost:5173"'],
    ['the slash of an app', 'capacitor://localhost/', 'use "capacitor://localhost"'],
    ['a wildcard', 'https://*.example.com', expect.stringContaining('wildcards are not supported')],
    ['null', 'null', expect.stringContaining('browsers send "null"')],
    ['a file', 'file://', expect.stringContaining('browsers send "null"')],
  ])('with %s is refused', (_what, value, fix) => {
    expect(problemsOf({ allowedOrigins: ['https://app.example.com:8443', value] })).toEqual([
      {
        path: 'twinlane.dev.allowedOrigins[1]',
        value,
        rule: 'must be the exact origin of a page or an app: https, a loopback host or the scheme of an app, without a path and a final slash',
        fix,
      },
    ]);
  });
});

describe('A certificate', () => {
  test('must be an ARN of ACM, and its names host names with one wildcard at most, in front', () => {
    const arn = 'arn:aws:iam::123456789012:server-certificate/x';
    expect(problemsOf({ certificate: { arn, names: ['*.*.example.com'] } })).toEqual([
      {
        path: 'twinlane.dev.certificate.arn',
        value: arn,
        rule: 'must be the ARN of an ACM certificate',
        fix: 'use the ARN as ACM shows it: "arn:aws:acm:REGION:ACCOUNT:certificate/ID"',
      },
      {
        path: 'twinlane.dev.certificate.names[0]',
        value: '*.*.example.com',
        rule: 'must be a host name, or *. and a host name',
        fix: 'use a name of the certificate as ACM shows it, such as "*.example.com"',
      },
    ]);
  });
});

describe('A number', () => {
  test.each([
    ['half a task', 'capacity.http.maxTasks', 2.5, 'use 3'],
    ['no task', 'capacity.http.maxTasks', 0, 'use 1'],
    ['quotes', 'capacity.http.maxTasks', '2', 'use 2, without quotes'],
    ['a word', 'capacity.websocket.rateLimit', 'fast', 'use a number, without quotes'],
  ])('must be whole and at least 1: not %s', (_what, setting, value, fix) => {
    settingWith(setting, value).isRefusedWith('must be a whole number, 1 or more', fix);
  });

  test('of tasks that always run must be at least 2', () => {
    settingWith('capacity.http.minTasks', 1).isRefusedWith('must be a whole number, 2 or more', 'use 2');
  });

  test('of requests that WAF lets one address make must be in the range of WAF', () => {
    expect(problemsOf({ webAcl: { rateLimit: 9 } })).toEqual([
      {
        path: 'twinlane.dev.webAcl.rateLimit',
        value: 9,
        rule: 'must be a whole number from 10 to 2000000000',
        fix: 'use 10',
      },
    ]);
  });

  test('of executions to reserve must not be 0, which would switch the function off', () => {
    expect(problemsOf({ 'capacity.websocket.reservedConcurrency': { deliver: 0 } })).toEqual([
      {
        path: 'twinlane.dev.capacity.websocket.reservedConcurrency.deliver',
        value: 0,
        rule: 'must be a whole number, 1 or more (0 disables the function)',
        fix: 'use 1',
      },
    ]);
  });

  test.each([
    ['a longer window than Lambda has', 301, 'use 300'],
    ['half a second', 0.5, 'use 1'],
    ['a negative time', -1, 'use 0'],
    ['a unit', '5 s', 'use a number, without quotes'],
  ])('of seconds to wait for more messages must be whole and from 0 to 300: not %s', (_what, value, fix) => {
    expect(problemsOf({ delivery: { maxBatchingWindowSeconds: value } })).toEqual([
      {
        path: 'twinlane.dev.delivery.maxBatchingWindowSeconds',
        value,
        rule: 'must be a whole number from 0 to 300',
        fix,
      },
    ]);
  });

  test.each([0, 1, 300])('of seconds to wait for more messages can be %d', (value) => {
    expect(problemsOf({ delivery: { maxBatchingWindowSeconds: value } })).toEqual([]);
  });

  test('of environments to provision must not be 0, which AWS refuses later, and utilization is a fraction', () => {
    const path = 'twinlane.dev.capacity.websocket.provisionedConcurrency.message';
    const message = { minCapacity: 0, maxCapacity: 5, utilizationTarget: 70 };
    expect(problemsOf({ 'capacity.websocket.provisionedConcurrency': { message } })).toEqual([
      {
        path: `${path}.minCapacity`,
        value: 0,
        rule: 'must be a whole number, 1 or more (0 makes later deployments fail; without the block, nothing is provisioned)',
        fix: 'use 1',
      },
      {
        path: `${path}.utilizationTarget`,
        value: 70,
        rule: 'must be a number from 0.1 to 0.9',
        fix: 'use a fraction without quotes, such as 0.7 for 70 percent',
      },
    ]);
  });
});

describe('A block with a type', () => {
  const LAMBDA = { type: 'lambda', memoryMiB: 512, reservedConcurrency: 100 };
  const FARGATE = { minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 };

  test.each([
    ['of the default type', FARGATE],
    ['that names the default type', { ...FARGATE, type: 'fargate' }],
    ['of another type', LAMBDA],
    [
      'of another type with its optional settings',
      { ...LAMBDA, provisionedConcurrency: { minCapacity: 1, maxCapacity: 100, utilizationTarget: 0.9 } },
    ],
  ])('%s is valid', (_what, http) => {
    expect(problemsOf({ 'capacity.http': http })).toEqual([]);
  });

  test.each([
    ['Lambda', 'use "lambda"'],
    ['ecs', 'use "fargate" or "lambda"'],
    [null, 'use "fargate" or "lambda", or remove it'],
    [7, 'use "fargate" or "lambda"'],
  ])('must have a type that exists, before its other settings are checked: %j does not', (type, fix) => {
    expect(problemsOf({ 'capacity.http': { ...LAMBDA, type, minTasks: '9', maxTasks: 2 } })).toEqual([
      { path: 'twinlane.dev.capacity.http.type', value: type, rule: 'must be "fargate" or "lambda"', fix },
    ]);
  });

  test('must have the settings of its type only', () => {
    expect(problemsOf({ 'capacity.http.type': 'lambda' })).toEqual([
      {
        path: 'twinlane.dev.capacity.http.reservedConcurrency',
        value: undefined,
        rule: 'is required',
        fix: 'add "reservedConcurrency": 100',
      },
      ...['minTasks', 'maxTasks', 'cpu'].map((key) => ({
        path: `twinlane.dev.capacity.http.${key}`,
        value: undefined,
        rule: 'must not be set unless type is "fargate"',
        fix: 'remove it, or set type to "fargate"',
      })),
    ]);
    expect(problemsOf({ 'capacity.http.reservedConcurrency': 100 })).toEqual([
      {
        path: 'twinlane.dev.capacity.http.reservedConcurrency',
        value: undefined,
        rule: 'must not be set unless type is "lambda"',
        fix: 'remove it, or set type to "lambda"',
      },
    ]);
  });

  test('refuses a key that no type has, with the nearest key of its type', () => {
    expect(problemsOf({ 'capacity.http': { ...LAMBDA, memoryMib: 512, toString: 1 } })).toEqual([
      {
        path: 'twinlane.dev.capacity.http.memoryMib',
        value: undefined,
        rule: 'is not a setting',
        fix: 'rename it to "memoryMiB", or remove it',
      },
      { path: 'twinlane.dev.capacity.http.toString', value: undefined, rule: 'is not a setting', fix: 'remove it' },
    ]);
  });

  test('must be a block, with an example of each type', () => {
    settingWith('capacity.http', 'lambda').isRefusedWith(
      'must be a block of settings',
      'use { "minTasks": 2, "maxTasks": 4, "cpu": 256, "memoryMiB": 512 } or { "type": "lambda", "memoryMiB": 512, "reservedConcurrency": 100 }',
    );
  });

  test('has no problems of the other type', () => {
    const tasks = { minTasks: 9, maxTasks: 2, cpu: 512 };
    const paths = problemsOf({ 'capacity.http': { ...LAMBDA, ...tasks } }).map(({ path, rule }) => [path, rule]);
    expect(paths).toEqual(
      Object.keys(tasks).map((key) => [
        `twinlane.dev.capacity.http.${key}`,
        'must not be set unless type is "fargate"',
      ]),
    );
  });
});

describe('The entry of the WebSocket lane', () => {
  const SERVERS = { type: 'servers', minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 };

  test('can name its default type', () => {
    expect(problemsOf({ 'capacity.websocket.type': 'apiGateway' })).toEqual([]);
  });

  test.each([
    ['server', 'use "servers"'],
    ['apigateway', 'use "apiGateway"'],
    ['fargate', 'use "apiGateway" or "servers"'],
  ])('must have a type that exists: %j does not', (type, fix) => {
    settingWith('capacity.websocket.type', type).isRefusedWith('must be "apiGateway" or "servers"', fix);
  });

  test('must not have settings of an API if it has servers', () => {
    expect(problemsOf({ 'capacity.websocket': { ...SERVERS, rateLimit: 1000, burstLimit: 500 } })).toEqual(
      ['rateLimit', 'burstLimit'].map((key) => ({
        path: `twinlane.dev.capacity.websocket.${key}`,
        value: undefined,
        rule: 'must not be set unless type is "apiGateway"',
        fix: 'remove it, or set type to "apiGateway"',
      })),
    );
  });

  test.each(['reservedConcurrency', 'provisionedConcurrency'])(
    'must not have %s of the functions of an API if it has servers',
    (block) => {
      const functions = { connect: 1, disconnect: 1, message: 1 };
      expect(problemsOf({ 'capacity.websocket': { ...SERVERS, [block]: functions } })).toEqual(
        Object.keys(functions).map((name) => ({
          path: `twinlane.dev.capacity.websocket.${block}.${name}`,
          value: undefined,
          rule: 'must not be set unless capacity.websocket.type is "apiGateway"',
          fix: 'remove it, or set capacity.websocket.type to "apiGateway"',
        })),
      );
    },
  );

  test('must not have a function that no type has', () => {
    expect(problemsOf({ 'capacity.websocket': { ...SERVERS, reservedConcurrency: { delivr: 1 } } })).toEqual([
      {
        path: 'twinlane.dev.capacity.websocket.reservedConcurrency.delivr',
        value: undefined,
        rule: 'is not a setting',
        fix: 'rename it to "deliver", or remove it',
      },
    ]);
  });

  test('must not have more connections on a task than a task can have', () => {
    expect(problemsOf({ 'capacity.websocket': { ...SERVERS, connectionsPerTask: 60_001 } })).toEqual([
      {
        path: 'twinlane.dev.capacity.websocket.connectionsPerTask',
        value: 60_001,
        rule: 'must be a whole number from 1 to 60000',
        fix: 'use 60000',
      },
    ]);
  });
});

describe('The operation', () => {
  test('can be an empty block, which turns it on', () => {
    expect(problemsOf({ operation: {} })).toEqual([]);
  });

  test.each([
    ['the name of a topic', 'alarms'],
    ['the ARN of a subscription', 'arn:aws:sns:us-east-1:123456789012:alarms:0123'],
    ['a FIFO topic', 'arn:aws:sns:us-east-1:123456789012:alarms.fifo'],
    ['the ARN of a queue', 'arn:aws:sqs:us-east-1:123456789012:alarms'],
  ])('must have the ARN of a standard topic, not %s', (_what, arn) => {
    expect(problemsOf({ operation: { alarmTopicArn: arn } })).toEqual([
      {
        path: 'twinlane.dev.operation.alarmTopicArn',
        value: arn,
        rule: 'must be the ARN of a standard SNS topic',
        fix: 'use the ARN as SNS shows it: "arn:aws:sns:REGION:ACCOUNT:NAME"',
      },
    ]);
  });

  test('has no thresholds, which are a prop of the construct', () => {
    expect(problemsOf({ operation: { thresholds: { errorPercent: 2 } } })).toEqual([
      {
        path: 'twinlane.dev.operation.thresholds',
        value: undefined,
        rule: 'is not a setting',
        fix: 'remove it, and set the prop in operationOf of lib/twinlane-stack.ts; see docs/settings.md',
      },
    ]);
  });

  test.each(['docs/runbook.md', 'http://wiki.example.com/runbook', 'https://wiki.example.com/runbook#http-errors'])(
    'must have the https URL of a runbook without a fragment, not %s',
    (runbookUrl) => {
      expect(problemsOf({ operation: { runbookUrl } })).toEqual([
        {
          path: 'twinlane.dev.operation.runbookUrl',
          value: runbookUrl,
          rule: 'must be the https URL of the runbook, without a user and a fragment',
          fix: 'use the URL of your copy of docs/runbook.md',
        },
      ]);
    },
  );

  test.each(['syn-nodejs-puppeteer-15.0', 'syn-nodejs-5', 'SYN_NODEJS_5_4', 'nodejs24.x'])(
    'must have a runtime of Synthetics without a browser for its canary, not %s',
    (runtime) => {
      expect(problemsOf({ operation: { canary: { type: 'synthetics', runtime } } })).toEqual([
        {
          path: 'twinlane.dev.operation.canary.runtime',
          value: runtime,
          rule: 'must be the name of a runtime of CloudWatch Synthetics for Node.js without a browser',
          fix: 'use the name as CloudWatch shows it, such as "syn-nodejs-5.4"',
        },
      ]);
    },
  );

  test.each([0, 61, 2.5, '5'])('must have a canary that runs each 1 to 60 minutes, not %p', (everyMinutes) => {
    expect(problemsOf({ operation: { canary: { everyMinutes } } })).toMatchObject([
      { path: 'twinlane.dev.operation.canary.everyMinutes', rule: 'must be a whole number from 1 to 60' },
    ]);
  });

  test.each([
    'canary',
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:canary',
    'arn:aws:ssm:us-east-1:123456789012:parameter/canary',
    'arn:aws:secretsmanager:us-east-1:1234:secret:canary-AbCdEf',
  ])('must have the complete ARN of the secret of its canary, not %s', (arn) => {
    expect(problemsOf({ operation: { canary: { credentialsSecretArn: arn } } })).toEqual([
      {
        path: 'twinlane.dev.operation.canary.credentialsSecretArn',
        value: arn,
        rule: 'must be the ARN of a secret of Secrets Manager, with the six characters at its end',
        fix: 'use the ARN as Secrets Manager shows it: "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX"',
      },
    ]);
  });

  test('has a canary that is a block, not true', () => {
    expect(problemsOf({ operation: { canary: true } })).toEqual([
      {
        path: 'twinlane.dev.operation.canary',
        value: true,
        rule: 'must be a block of settings',
        fix: 'use {}',
      },
    ]);
  });
});

describe('A choice', () => {
  test.each([
    ['capacity.http.cpu', 300, 'must be one of 256, 512, 1024, 2048, 4096, 8192, 16384', 'use 256'],
    ['logRetentionDays', 100, expect.stringMatching(/^must be one of 1, 3, .+, 3653$/), 'use 90'],
    ['removalPolicy', 'retein', 'must be "retain" or "destroy"', 'use "retain"'],
    ['removalPolicy', 'snapshot', 'must be "retain" or "destroy"', 'use "retain" or "destroy"'],
    ['accountLoggingRole', 'yes', 'must be true or false', 'use true or false, without quotes'],
  ])('of %s other than those allowed is refused: %j', (setting, value, rule, fix) => {
    settingWith(setting, value).isRefusedWith(rule, fix);
  });
});

describe('A block', () => {
  test('refuses a key that is not a setting', () => {
    expect(problemsOf({ 'capacity.http.memory': 512 })).toEqual([
      {
        path: 'twinlane.dev.capacity.http.memory',
        value: undefined,
        rule: 'is not a setting',
        fix: 'remove it',
      },
    ]);
  });

  test('with a mistyped required key has one problem: its name', () => {
    expect(problemsOf({ region: undefined, regoin: 'us-east-1' })).toEqual([
      {
        path: 'twinlane.dev.regoin',
        value: undefined,
        rule: 'is not a setting',
        fix: 'rename it to "region", or remove it',
      },
    ]);
  });

  test.each(outline.required ?? [])('of a stage must have %s', (setting) => {
    const path = `twinlane.dev.${setting}`;
    const [problem] = problemsOf({ [setting]: undefined });
    expect(problem).toMatchObject({
      path,
      value: undefined,
      rule: 'is required',
      fix: expect.stringMatching(/^add ./),
    });
    // The example in the fix is a valid value.
    const example = JSON.parse(`{ ${problem?.fix.slice('add '.length)} }`);
    expect(problemsOf(example).filter((other) => other.path === path)).toEqual([]);
  });

  test('must be a block, and a list a list', () => {
    settingWith('hosts', 'api.example.com').isRefusedWith(
      'must be a block of settings',
      'use { "http": "api.example.com", "websocket": "ws.example.com" }',
    );
    settingWith('allowedOrigins', 'https://app.example.com').isRefusedWith(
      'must be a list',
      'use [ "https://app.example.com" ]',
    );
    settingWith('webAcl', true).isRefusedWith('must be a block of settings', 'use { "rateLimit": 2000 }');
    settingWith('operation', true).isRefusedWith('must be a block of settings', 'use {}');
    settingWith('authentication', false).isRefusedWith(
      'must be a block of settings',
      'use { "type": "cognito" } or { "type": "none" }',
    );
  });

  test('cannot have null for an optional setting', () => {
    expect(problemsOf({ account: null, certificate: null })).toMatchObject([
      { path: 'twinlane.dev.account', value: null },
      { path: 'twinlane.dev.certificate', value: null },
    ]);
  });

  test('refuses a value that cannot be converted to a string', () => {
    const value = { toString: false };
    expect(problemsOf({ account: value, logRetentionDays: value }).map(({ path }) => path)).toEqual([
      'twinlane.dev.account',
      'twinlane.dev.logRetentionDays',
    ]);
  });

  test('with any JSON as a setting has problems with that setting only, and no error is thrown', () => {
    const settings = Object.keys(outline.properties ?? {});
    fc.assert(
      fc.property(fc.constantFrom(...settings), fc.jsonValue(), (setting, value) => {
        for (const { path } of problemsOf({ [setting]: value })) {
          expect(path).toMatch(new RegExp(`^twinlane\\.dev\\.${setting}(?!\\w)`));
        }
      }),
    );
  });
});
