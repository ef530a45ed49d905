import { cdk } from '../../support/example-project';
import { type Problem, readSettings } from '../../../lib/settings/settings';

const { dev } = cdk.context.twinlane;
const HOSTS = { http: 'api.example.com', websocket: 'ws.example.com' };
const OTHER_HOSTS = { http: 'api.other.example.com', websocket: 'ws.other.example.com' };

/** The problems of the repository's dev block as several stages, each with some values replaced. */
function problemsOf(stages: Record<string, object>): Problem[] {
  const context = Object.fromEntries(Object.entries(stages).map(([name, values]) => [name, { ...dev, ...values }]));
  const result = readSettings(context, Object.keys(stages)[0]);
  return 'problems' in result ? result.problems : [];
}

const paths = (stages: Record<string, object>) => problemsOf(stages).map(({ path }) => path);

describe('The hosts of two stages', () => {
  test('must differ', () => {
    expect(problemsOf({ dev: { hosts: HOSTS }, prod: { hosts: { ...OTHER_HOSTS, http: HOSTS.http } } })).toEqual([
      {
        path: 'twinlane.prod.hosts.http',
        value: 'api.example.com',
        rule: 'must differ from twinlane.dev.hosts.http',
        fix: 'use other host names in one of the stages, such as "api.prod.example.com"',
      },
    ]);
  });

  test('must differ between the lanes, too', () => {
    const prod = { hosts: { http: HOSTS.websocket, websocket: HOSTS.http } };
    expect(problemsOf({ dev: { hosts: HOSTS }, prod })).toEqual([
      expect.objectContaining({
        path: 'twinlane.prod.hosts.http',
        rule: 'must differ from twinlane.dev.hosts.websocket',
      }),
      expect.objectContaining({
        path: 'twinlane.prod.hosts.websocket',
        rule: 'must differ from twinlane.dev.hosts.http',
      }),
    ]);
  });

  test('must differ in another account and Region, because public DNS has one answer for a name', () => {
    const prod = {
      hosts: HOSTS,
      account: '210987654321',
      region: 'eu-west-1',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    };
    expect(paths({ dev: { hosts: HOSTS, account: '123456789012' }, prod })).toEqual([
      'twinlane.prod.hosts.http',
      'twinlane.prod.hosts.websocket',
    ]);
  });

  test('are compared with the first of several stages that have the same host', () => {
    const stages = { dev: { hosts: HOSTS }, test: { hosts: OTHER_HOSTS }, prod: { hosts: HOSTS } };
    expect(problemsOf(stages).map(({ rule }) => rule)).toEqual([
      'must differ from twinlane.dev.hosts.http',
      'must differ from twinlane.dev.hosts.websocket',
    ]);
  });

  test('that have the name of the hosted zone get one below it suggested', () => {
    const hosts = { http: 'example.com', websocket: 'ws.example.com' };
    expect(problemsOf({ dev: { hosts }, prod: { hosts } })[0]).toHaveProperty(
      'fix',
      'use other host names in one of the stages, such as "prod.example.com"',
    );
  });

  test('must differ from the host of a gateway of another stage, in both directions', () => {
    const gateway = { type: 'cloudFront', host: 'app.example.com' };
    const dev = { hosts: HOSTS, gateway };
    expect(problemsOf({ dev, prod: { hosts: OTHER_HOSTS, gateway } })).toEqual([
      {
        path: 'twinlane.prod.gateway.host',
        value: 'app.example.com',
        rule: 'must differ from twinlane.dev.gateway.host',
        fix: 'use other host names in one of the stages, such as "app.prod.example.com"',
      },
    ]);
    expect(problemsOf({ dev, prod: { hosts: { ...OTHER_HOSTS, websocket: gateway.host } } })).toMatchObject([
      { path: 'twinlane.prod.hosts.websocket', rule: 'must differ from twinlane.dev.gateway.host' },
    ]);
    expect(
      problemsOf({ prod: { hosts: OTHER_HOSTS }, dev: { ...dev, gateway: { ...gateway, host: OTHER_HOSTS.http } } }),
    ).toMatchObject([{ path: 'twinlane.dev.gateway.host', rule: 'must differ from twinlane.prod.hosts.http' }]);
  });

  test('must differ if a stage has one host for both lanes, too', () => {
    const { capacity } = cdk.context.twinlane.servers;
    const one = {
      hosts: { http: HOSTS.http, websocket: HOSTS.http },
      gateway: { type: 'loadBalancer' },
      capacity: { ...capacity, websocket: { ...capacity.websocket, loadBalancer: 'shared' } },
    };
    expect(problemsOf({ one })).toEqual([]);
    expect(paths({ dev: { hosts: HOSTS }, one })).toEqual(['twinlane.one.hosts.http', 'twinlane.one.hosts.websocket']);
  });

  test('that are the same within one stage are reported once', () => {
    const hosts = { http: 'api.example.com', websocket: 'api.example.com' };
    expect(paths({ dev: { hosts } })).toEqual(['twinlane.dev.hosts.websocket']);
  });

  test('that are not host names are not compared', () => {
    const hosts = { http: 'API', websocket: 'WS' };
    expect(problemsOf({ dev: { hosts }, prod: { hosts } }).filter(({ rule }) => rule.includes('differ'))).toEqual([]);
  });
});

describe('The account logging role', () => {
  const stage = (values: object) => ({ accountLoggingRole: true, ...values });
  const europe = { region: 'eu-west-1', availabilityZones: ['eu-west-1a', 'eu-west-1b'] };

  test('must be created by one stage of an account and Region', () => {
    expect(problemsOf({ dev: stage({ hosts: HOSTS }), prod: stage({ hosts: OTHER_HOSTS }) })).toEqual([
      {
        path: 'twinlane.prod.accountLoggingRole',
        value: true,
        rule: 'must not be true in two stages of one account and Region, and twinlane.dev has it',
        fix: 'remove it from one of them: the role of the other is used by all APIs of the account and Region',
      },
    ]);
  });

  test.each([
    ['another Region', europe, {}, []],
    ['another account', { account: '123456789012' }, { account: '210987654321' }, []],
    ['no account, which can be the same', { account: '123456789012' }, {}, ['twinlane.prod.accountLoggingRole']],
    ['only one role', {}, { accountLoggingRole: false }, []],
  ])('of two stages with %s is compared', (_, first, second, expected) => {
    const stages = { dev: stage({ hosts: HOSTS, ...first }), prod: stage({ hosts: OTHER_HOSTS, ...second }) };
    expect(paths(stages)).toEqual(expected);
  });
});

describe('The alarms of the account', () => {
  const stage = (values: object) => ({ operation: { accountAlarms: true }, ...values });

  test('must be created by one stage of an account and Region', () => {
    expect(problemsOf({ dev: stage({ hosts: HOSTS }), prod: stage({ hosts: OTHER_HOSTS }) })).toEqual([
      {
        path: 'twinlane.prod.operation.accountAlarms',
        value: true,
        rule: 'must not be true in two stages of one account and Region, and twinlane.dev has it',
        fix: 'remove it from one of them: the alarms of the other watch the quotas that all stages of the account and Region share',
      },
    ]);
  });

  test('are not those of another stage with the other alarms', () => {
    const prod = { operation: {}, hosts: OTHER_HOSTS };
    expect(problemsOf({ dev: stage({ hosts: HOSTS }), prod })).toEqual([]);
  });
});
