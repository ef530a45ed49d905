import { problemsOf } from './problems-of';

const ARN = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b';

describe('Availability Zones', () => {
  test('must be at least two', () => {
    expect(problemsOf({ availabilityZones: ['us-east-1a'] })).toEqual([
      {
        path: 'twinlane.dev.availabilityZones',
        value: ['us-east-1a'],
        rule: 'must name at least two Availability Zones',
        mend: 'add another zone of the Region',
      },
    ]);
  });

  test('must be of the Region', () => {
    expect(problemsOf({ region: 'eu-west-1', availabilityZones: ['us-east-1a', 'eu-west-1b'] })).toEqual([
      {
        path: 'twinlane.dev.availabilityZones[0]',
        value: 'us-east-1a',
        rule: 'must be a zone of the Region eu-west-1',
        mend: 'write "eu-west-1a", if the Region has it, or set region to "us-east-1"',
      },
    ]);
  });

  test('must be named once', () => {
    expect(problemsOf({ availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1a'] })).toEqual([
      {
        path: 'twinlane.dev.availabilityZones[2]',
        value: 'us-east-1a',
        rule: 'must be in the list once',
        mend: 'take it out: it repeats [0]',
      },
    ]);
  });

  test('are told one by one where another is no zone at all', () => {
    expect(problemsOf({ availabilityZones: ['zone', 'eu-west-1a'] }).map(({ path }) => path)).toEqual([
      'twinlane.dev.availabilityZones[0]',
      'twinlane.dev.availabilityZones[1]',
    ]);
  });
});

describe('Hosts', () => {
  test('must be in the hosted zone', () => {
    expect(problemsOf({ 'hosts.api': 'api.example.org' })).toEqual([
      {
        path: 'twinlane.dev.hosts.api',
        value: 'api.example.org',
        rule: 'must be in the hosted zone example.com',
        mend: 'write "api.example.com", or name the hosted zone that api.example.org is in',
      },
    ]);
  });

  test('may be the name of the hosted zone itself', () => {
    expect(problemsOf({ 'hosts.api': 'example.com' })).toEqual([]);
  });

  test('must differ', () => {
    expect(problemsOf({ 'hosts.ws': 'api.example.com' })).toEqual([
      {
        path: 'twinlane.dev.hosts.ws',
        value: 'api.example.com',
        rule: 'must not be the host of the HTTP lane',
        mend: 'give each lane a host name of its own, such as "api.example.com" and "ws.example.com"',
      },
    ]);
  });

  test('are still compared with the zone where everything else is wrong', () => {
    const problems = problemsOf({
      'hosts.api': 'api.example.org',
      'hosts.ws': 7,
      region: 'x',
      capacity: [],
      hostz: {},
    });
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'twinlane.dev.capacity',
      'twinlane.dev.hosts.api',
      'twinlane.dev.hosts.ws',
      'twinlane.dev.hostz',
      'twinlane.dev.region',
    ]);
  });
});

describe('A certificate', () => {
  test('of the Region, the account and both hosts is accepted', () => {
    expect(problemsOf({ account: '123456789012', certificate: { arn: ARN, names: ['*.example.com'] } })).toEqual([]);
  });

  test('must be in the Region of the stack', () => {
    const arn = ARN.replace('us-east-1', 'eu-west-1');
    expect(problemsOf({ certificate: { arn, names: ['*.example.com'] } })).toEqual([
      {
        path: 'twinlane.dev.certificate.arn',
        value: arn,
        rule: 'must be in the Region of the stack, us-east-1',
        mend: 'request a certificate in us-east-1, or take the certificate block out: one is made',
      },
    ]);
  });

  test('must be in the account of the stack', () => {
    expect(problemsOf({ account: '210987654321', certificate: { arn: ARN, names: ['*.example.com'] } })).toEqual([
      {
        path: 'twinlane.dev.certificate.arn',
        value: ARN,
        rule: 'must be in the account of the stack, 210987654321',
        mend: 'request a certificate in 210987654321, or take the certificate block out: one is made',
      },
    ]);
  });

  test('must cover both hosts', () => {
    const names = ['example.com', 'api.example.com'];
    expect(problemsOf({ certificate: { arn: ARN, names } })).toEqual([
      {
        path: 'twinlane.dev.certificate.names',
        value: names,
        rule: 'must cover ws.example.com; a wildcard stands for one label',
        mend: 'use a certificate that covers ws.example.com, or take the certificate block out: one is made',
      },
    ]);
  });

  test('with a mistyped name is told of that name only', () => {
    expect(problemsOf({ certificate: { arn: ARN, names: ['*example.com'] } }).map(({ path }) => path)).toEqual([
      'twinlane.dev.certificate.names[0]',
    ]);
  });
});

describe('Allowed origins', () => {
  test('must be at least one', () => {
    expect(problemsOf({ allowedOrigins: [] })).toEqual([
      {
        path: 'twinlane.dev.allowedOrigins',
        value: [],
        rule: 'must hold at least one origin',
        mend: 'add the origin of the site that uses the API, such as "https://app.example.com"',
      },
    ]);
  });

  test('must be listed once', () => {
    expect(problemsOf({ allowedOrigins: ['https://app.example.com', 'https://app.example.com'] })).toEqual([
      expect.objectContaining({ path: 'twinlane.dev.allowedOrigins[1]', mend: 'take it out: it repeats [0]' }),
    ]);
  });
});
