import fc from 'fast-check';
import { outline } from '../../../lib/settings/check-shape';
import { problemsOf } from './problems-of';

/** What a person is told of a setting that must have one value, and has another. */
function toldOf(setting: string, value: unknown) {
  const path = `twinlane.dev.${setting}`;
  return {
    refusedWith: (rule: string, mend: string) =>
      expect(problemsOf({ [setting]: value })).toEqual([{ path, value, rule, mend }]),
  };
}

describe('The account', () => {
  test.each([['12345678901'], ['1234-5678-9012'], [123456789012]])(
    'must be 12 digits in quotes: %j is not',
    (value) => {
      toldOf('account', value).refusedWith(
        'must be an account id: 12 digits, in quotes',
        'write the id as the AWS console shows it, without hyphens, such as "123456789012"',
      );
    },
  );
});

describe('The Region', () => {
  test.each([
    ['us-est-1', 'us-east-1'],
    ['EU-WEST-1', 'eu-west-1'],
    ['us-east-1a', 'us-east-1'],
  ])('must exist: %j does not, and the nearest is told', (value, near) => {
    toldOf('region', value).refusedWith(
      'must be an AWS Region that aws-cdk-lib knows',
      `write "${near}", the nearest, or upgrade aws-cdk-lib for a newer Region`,
    );
  });
});

describe('An Availability Zone', () => {
  test('must be a name, not an id', () => {
    expect(problemsOf({ availabilityZones: ['us-east-1a', 'use1-az2'] })).toEqual([
      {
        path: 'twinlane.dev.availabilityZones[1]',
        value: 'use1-az2',
        rule: 'must be the name of an Availability Zone',
        mend: 'write the name of a zone, not its id: a Region and a letter, such as "us-east-1a"',
      },
    ]);
  });
});

describe('The hosted zone', () => {
  test('must have an id without its path', () => {
    toldOf('hostedZone.id', '/hostedzone/Z012345').refusedWith(
      'must be the id of a Route 53 hosted zone: Z, then capitals and digits',
      'write the id as the Route 53 console shows it, such as "Z0123456789EXAMPLE", without /hostedzone/',
    );
  });
});

describe('A host', () => {
  test.each([
    ['a final dot', 'hostedZone.name', 'example.com.', 'write "example.com"'],
    ['upper case', 'hosts.api', 'API.example.com', 'write "api.example.com"'],
    ['scheme and path', 'hosts.ws', 'wss://ws.example.com/live', 'write "ws.example.com"'],
    ['a port', 'hosts.ws', 'ws.example.com:443', 'write "ws.example.com"'],
    ['one label only', 'hosts.api', 'api', 'write a name such as "api.example.com"'],
    ['an empty label', 'hosts.api', 'api..example.com', 'write a name such as "api.example.com"'],
    ['a label of 64 letters', 'hosts.api', `${'a'.repeat(64)}.example.com`, 'write a name such as "api.example.com"'],
    ['254 characters', 'hosts.api', `b${'a.'.repeat(121)}example.com`, 'write a name such as "api.example.com"'],
    ['an outer hyphen', 'hosts.api', '-api.example.com', 'write a name such as "api.example.com"'],
    ['an underscore', 'hosts.api', 'my_api.example.com', 'write a name such as "api.example.com"'],
    ['a wildcard', 'hosts.api', '*.example.com', 'write a name such as "api.example.com"'],
  ])('with %s is refused', (_what, setting, value, mend) => {
    toldOf(setting, value).refusedWith(
      'must be a host name in lower case, with no scheme, port, path or final dot',
      mend,
    );
  });
});

describe('An origin', () => {
  test.each([
    ['a final slash', 'https://app.example.com/', 'write "https://app.example.com"'],
    ['a path', 'https://app.example.com/login', 'write "https://app.example.com"'],
    ['a user', 'https://me@app.example.com', 'write "https://app.example.com"'],
    ['an upper-case letter', 'https://App.example.com', 'write "https://app.example.com"'],
    ['the default port', 'https://app.example.com:443', 'write "https://app.example.com"'],
    ['http on the network', 'http://app.example.com', 'write "https://app.example.com"'],
    ['no scheme', 'app.example.com', 'write "https://app.example.com"'],
    ['another scheme', 'ws://localhost:5173', 'write "https://localhost:5173"'],
    ['a wildcard', 'https://*.example.com', expect.stringContaining('such as "https://app.example.com"')],
    ['null', 'null', expect.stringContaining('such as "https://app.example.com"')],
  ])('with %s is refused', (_what, value, mend) => {
    expect(problemsOf({ allowedOrigins: ['https://app.example.com:8443', value] })).toEqual([
      {
        path: 'twinlane.dev.allowedOrigins[1]',
        value,
        rule: 'must be a bare https origin, exactly as a browser sends it; http is for localhost only',
        mend,
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
        mend: 'write "arn:aws:acm:REGION:ACCOUNT:certificate/ID", as ACM shows it',
      },
      {
        path: 'twinlane.dev.certificate.names[0]',
        value: '*.*.example.com',
        rule: 'must be a host name, or *. and a host name',
        mend: 'write a name of the certificate as ACM shows it, such as "*.example.com"',
      },
    ]);
  });
});

describe('A number', () => {
  test.each([
    ['half a task', 'capacity.http.maxTasks', 2.5, 'write 3, without quotes'],
    ['no task', 'capacity.http.maxTasks', 0, 'write 1, without quotes'],
    ['quotes', 'capacity.http.maxTasks', '2', 'write 2, without quotes'],
    ['a word', 'capacity.websocket.rateLimit', 'fast', 'write a number, without quotes'],
  ])('must be whole and at least 1: not %s', (_what, setting, value, mend) => {
    toldOf(setting, value).refusedWith('must be a whole number, at least 1', mend);
  });

  test('of tasks that always run must be at least 2', () => {
    toldOf('capacity.http.minTasks', 1).refusedWith('must be a whole number, at least 2', 'write 2, without quotes');
  });

  test('of requests that WAF lets one address make must be at least 10', () => {
    expect(problemsOf({ webAcl: { rateLimit: 9 } })).toEqual([
      {
        path: 'twinlane.dev.webAcl.rateLimit',
        value: 9,
        rule: 'must be a whole number, at least 10',
        mend: 'write 10, without quotes',
      },
    ]);
  });

  test('of executions to reserve must not be 0, which would switch the function off', () => {
    expect(problemsOf({ 'capacity.websocket.reservedConcurrency': { deliver: 0 } })).toEqual([
      {
        path: 'twinlane.dev.capacity.websocket.reservedConcurrency.deliver',
        value: 0,
        rule: 'must be a whole number, at least 1',
        mend: 'write 1, without quotes',
      },
    ]);
  });
});

describe('A choice', () => {
  test.each([
    ['capacity.http.cpu', 300, 'must be one of 256, 512, 1024, 2048, 4096, 8192, 16384', 'write 256, the nearest'],
    ['logRetentionDays', 100, expect.stringMatching(/^must be one of 1, 3, .+, 3653$/), 'write 90, the nearest'],
    ['removalPolicy', 'delete', 'must be one of destroy, retain', 'write "destroy", the nearest'],
    ['accountLoggingRole', 'yes', 'must be true or false', 'write true or false, without quotes'],
  ])('of %s is told with what it may be', (setting, value, rule, mend) => {
    toldOf(setting, value).refusedWith(rule, mend);
  });
});

describe('A block', () => {
  test('refuses a key that it does not know, with the nearest that it does', () => {
    expect(problemsOf({ 'capacity.http.memory': 512 })).toEqual([
      {
        path: 'twinlane.dev.capacity.http.memory',
        value: 512,
        rule: 'must not be there: the key is unknown',
        mend: 'write "memoryMiB", the nearest known key, or take it out',
      },
    ]);
  });

  test.each(outline.required ?? [])('of a stage must have %s', (setting) => {
    const [problem] = problemsOf({ [setting]: undefined });
    const mend = 'add it: docs/settings.md describes every setting';
    expect(problem).toMatchObject({ path: `twinlane.dev.${setting}`, value: undefined, mend });
  });

  test('must be a block, and a list a list', () => {
    toldOf('hosts', 'api.example.com').refusedWith(
      'must be a block of settings',
      'write a block in braces, with the keys api, ws',
    );
    toldOf('allowedOrigins', 'https://app.example.com').refusedWith('must be a list', 'write a list in brackets');
  });

  test('has no null where a setting is optional', () => {
    expect(problemsOf({ account: null, certificate: null })).toMatchObject([
      { path: 'twinlane.dev.account', value: null },
      { path: 'twinlane.dev.certificate', value: null },
    ]);
  });

  test('is told of a value that cannot be made a string', () => {
    const value = { toString: false };
    expect(problemsOf({ account: value, logRetentionDays: value }).map(({ path }) => path)).toEqual([
      'twinlane.dev.account',
      'twinlane.dev.logRetentionDays',
    ]);
  });

  test('with any JSON in the place of a setting is told of that place only, and nothing is thrown', () => {
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
