import { problemsOf } from './problems-of';

const LAMBDA = { type: 'lambda', memoryMiB: 512, reservedConcurrency: 100 };

const reserve = (functions: Record<string, number>) => ({ 'capacity.websocket.reservedConcurrency': functions });
const provision = (functions: Record<string, unknown>) => ({
  'capacity.websocket.provisionedConcurrency': functions,
});
const upTo = (maxCapacity: number) => ({ minCapacity: 1, maxCapacity });

const QUOTA = 'request an increase of quota L-B99A9384 and set quotas.lambdaConcurrency';

describe('The provisioned concurrency of a function', () => {
  test('must not have a minimum above the maximum', () => {
    const message = { minCapacity: 6, maxCapacity: 5 };
    const finding = {
      value: 6,
      rule: 'must be at most maxCapacity, 5',
      fix: 'set it to 5 or less, or maxCapacity to 6 or more',
    };
    expect(
      problemsOf({ ...provision({ message }), 'capacity.http': { ...LAMBDA, provisionedConcurrency: message } }),
    ).toEqual([
      { path: 'twinlane.dev.capacity.http.provisionedConcurrency.minCapacity', ...finding },
      { path: 'twinlane.dev.capacity.websocket.provisionedConcurrency.message.minCapacity', ...finding },
    ]);
    expect(problemsOf(provision({ message: { minCapacity: 5, maxCapacity: 5 } }))).toEqual([]);
  });

  test.each(['connect', 'disconnect', 'message', 'push', 'dispatch', 'deliver', 'revoke'])(
    'must be within the reserved concurrency of %s',
    (name) => {
      expect(problemsOf({ ...provision({ [name]: upTo(20) }), ...reserve({ [name]: 10 }) })).toEqual([
        {
          path: `twinlane.dev.capacity.websocket.provisionedConcurrency.${name}.maxCapacity`,
          value: 20,
          rule: `must be at most reservedConcurrency.${name}, 10, which includes it`,
          fix: `set it to 10 or less, or reservedConcurrency.${name} to 20 or more`,
        },
      ]);
      expect(problemsOf({ ...provision({ [name]: upTo(10) }), ...reserve({ [name]: 10 }) })).toEqual([]);
    },
  );

  test('must be within the reserved concurrency of the function of the HTTP lane', () => {
    expect(problemsOf({ 'capacity.http': { ...LAMBDA, provisionedConcurrency: upTo(101) } })).toEqual([
      {
        path: 'twinlane.dev.capacity.http.provisionedConcurrency.maxCapacity',
        value: 101,
        rule: 'must be at most reservedConcurrency, 100, which includes it',
        fix: 'set it to 100 or less, or reservedConcurrency to 101 or more',
      },
    ]);
  });
});

describe('The concurrency of all functions', () => {
  test('must leave 100 executions unreserved', () => {
    expect(problemsOf(reserve({ connect: 400, deliver: 500 }))).toEqual([]);
    expect(problemsOf(reserve({ connect: 400, deliver: 501 }))).toEqual([
      {
        path: 'twinlane.dev.capacity',
        value: undefined,
        rule: 'needs a concurrency of 901 (reserved: connect 400, deliver 501), but at most 900 can be reserved or provisioned: the quota is 1000, and Lambda keeps 100 unreserved',
        fix: `lower them to 900 or less in total, or ${QUOTA}`,
      },
    ]);
    expect(problemsOf({ ...reserve({ connect: 400, deliver: 501 }), quotas: { lambdaConcurrency: 1001 } })).toEqual([]);
  });

  test('includes the function of the HTTP lane', () => {
    expect(problemsOf({ ...reserve({ connect: 800 }), 'capacity.http': LAMBDA })).toEqual([]);
    expect(problemsOf({ ...reserve({ connect: 801 }), 'capacity.http': LAMBDA })).toMatchObject([
      { path: 'twinlane.dev.capacity', rule: expect.stringContaining('901 (reserved: http 100, connect 801)') },
    ]);
  });

  test('includes provisioned concurrency, once for a function that has both kinds', () => {
    const deliver = { ...reserve({ deliver: 800 }), ...provision({ deliver: upTo(800), revoke: upTo(100) }) };
    expect(problemsOf(deliver)).toEqual([]);
    expect(
      problemsOf({ ...reserve({ deliver: 800 }), ...provision({ deliver: upTo(800), revoke: upTo(101) }) }),
    ).toMatchObject([
      {
        path: 'twinlane.dev.capacity',
        rule: expect.stringContaining('901 (reserved: deliver 800; provisioned: revoke 101)'),
      },
    ]);
  });

  test.each([
    ['reserved', reserve({ connect: 5 }), 'remove reservedConcurrency and provisionedConcurrency'],
    ['provisioned', provision({ connect: upTo(5) }), 'remove reservedConcurrency and provisionedConcurrency'],
    [
      'reserved for the HTTP lane',
      { 'capacity.http': { ...LAMBDA, reservedConcurrency: 5 } },
      'remove reservedConcurrency and provisionedConcurrency, and set capacity.http.type to "fargate"',
    ],
  ])('cannot be %s in an account whose quota is not above what Lambda keeps unreserved', (_kind, settings, fix) => {
    expect(problemsOf({ ...settings, quotas: { lambdaConcurrency: 10 } })).toEqual([
      {
        path: 'twinlane.dev.capacity',
        value: undefined,
        rule: expect.stringContaining(
          'but at most 0 can be reserved or provisioned: the quota is 10, and Lambda keeps 100 unreserved',
        ),
        fix: `${fix}, or ${QUOTA}`,
      },
    ]);
  });

  test('is valid without reserved and provisioned concurrency in an account with any quota', () => {
    expect(problemsOf({ quotas: { lambdaConcurrency: 10 } })).toEqual([]);
  });

  test('includes the functions of a WebSocket lane with servers', () => {
    const servers = { type: 'servers', minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 };
    const problemsWith = (deliver: number) =>
      problemsOf({
        'capacity.websocket': {
          ...servers,
          reservedConcurrency: { deliver },
          provisionedConcurrency: { revoke: upTo(100) },
        },
      });
    expect(problemsWith(800)).toEqual([]);
    expect(problemsWith(801)).toMatchObject([
      {
        path: 'twinlane.dev.capacity',
        rule: expect.stringContaining('reserved: deliver 801; provisioned: revoke 100'),
      },
    ]);
  });

  test('does not include what the settings of another type of compute have', () => {
    expect(problemsOf({ ...reserve({ connect: 900 }), 'capacity.http.reservedConcurrency': 100 })).toMatchObject([
      { path: 'twinlane.dev.capacity.http.reservedConcurrency' },
    ]);
  });
});
