import { loadAssembly } from '../../assembly/load-assembly';
import type { Blueprint } from '../../blueprint';
import { auctionApp, ROLE_ELSEWHERE } from './auction-app';

const BIDS = 'arn:aws:dynamodb:eu-west-1:111122223333:table/bids';

let blueprint: Blueprint;

beforeAll(() => {
  blueprint = loadAssembly(auctionApp());
});

test("a function has its code, its environment and Lambda's defaults", () => {
  expect(functionOf('Bid')).toMatchObject({
    code: { inline: expect.stringContaining('exports.handler') },
    handler: 'index.handler',
    runtime: 'nodejs22.x',
    environment: { TABLE: 'bids' },
    timeoutSeconds: 3,
    memoryMiB: 128,
  });
  expect(functionOf('Bid').reservedConcurrency).toBeUndefined();
});

test('a table has its indexes and its stream', () => {
  expect(blueprint.tables).toEqual([
    expect.objectContaining({
      name: 'bids',
      arn: BIDS,
      definition: expect.objectContaining({
        GlobalSecondaryIndexes: [expect.objectContaining({ IndexName: 'byBidder' })],
      }),
      streamViewType: 'NEW_AND_OLD_IMAGES',
      streamArn: expect.stringMatching(`^${BIDS}/stream/`),
    }),
  ]);
});

test('a queue has its dead-letter queue, and the name of a FIFO queue ends with .fifo', () => {
  const work = named(blueprint.queues, 'Work');
  const dead = named(blueprint.queues, 'Dead');
  expect(work).toMatchObject({
    fifo: true,
    visibilityTimeoutSeconds: 42,
    deadLetter: { queue: dead.arn, maxReceiveCount: 3 },
  });
  expect(work.name).toMatch(/\.fifo$/);
});

test('event sources in another stack are found', () => {
  const { arn: functionArn } = functionOf('Bid');
  expect(blueprint.eventSources).toEqual([
    expect.objectContaining({
      functionArn,
      source: { stream: blueprint.tables[0]?.streamArn },
      batchSize: 100,
      maximumRetryAttempts: 2,
      startingPosition: 'LATEST',
      reportBatchItemFailures: false,
    }),
    expect.objectContaining({
      functionArn,
      source: { queue: named(blueprint.queues, 'Work').arn },
      batchSize: 10,
      maximumConcurrency: 5,
      reportBatchItemFailures: true,
    }),
  ]);
});

test('each WebSocket API has its routes, and an alias resolves to its function', () => {
  const [bidding, watching] = blueprint.webSocketApis;
  expect(bidding).toMatchObject({
    name: 'Bidding',
    routeSelectionExpression: '$request.body.kind',
    stage: { name: 'v1' },
    routes: [
      {
        routeKey: '$connect',
        integration: { type: 'AWS_PROXY', functionArn: functionOf('Connect').arn },
        returnsResponse: false,
        authorizer: {
          functionArn: functionOf('Ticket').arn,
          identitySources: ['route.request.querystring.ticket', 'route.request.header.Origin'],
        },
      },
      {
        routeKey: 'bid',
        integration: { type: 'AWS_PROXY', functionArn: functionOf('Bid').arn },
        returnsResponse: true,
        timeoutMs: 29_000,
      },
    ],
  });
  expect(watching).toMatchObject({ name: 'Watching', routes: [{ routeKey: '$default' }], domains: [] });
  expect(watching?.apiId).not.toBe(bidding?.apiId);
});

test('a custom domain maps to a stage under its mapping key', () => {
  expect(blueprint.webSocketApis[0]?.domains).toEqual([{ host: 'live.example.org', mappingKey: 'bidding' }]);
});

test('the rules of a listener are in the order of their priorities, with the default action last', () => {
  const [listener] = loadBalancer().listeners;
  expect(listener).toMatchObject({ port: 80, protocol: 'HTTP' });
  expect(listener?.rules).toEqual([
    {
      conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['images.example.org'] } }],
      actions: [{ Type: 'forward', TargetGroupArn: targetGroup('ip').arn }],
    },
    {
      conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/lots/*'] } }],
      actions: [{ Type: 'forward', TargetGroupArn: targetGroup('lambda').arn }],
    },
    { conditions: [], actions: [expect.objectContaining({ Type: 'fixed-response' })] },
  ]);
});

test('an alias record adds a host to the load balancer', () => {
  expect(loadBalancer().hosts).toEqual(['bids.example.org']);
});

test('a target group of a function names the function and has no health check by default', () => {
  expect(targetGroup('lambda')).toMatchObject({
    functionArn: functionOf('Page').arn,
    healthCheck: { enabled: false },
  });
  expect(targetGroup('ip')).toMatchObject({ healthCheck: { enabled: true, path: '/', intervalSeconds: 30 } });
});

test('a service has its desired number of tasks, and containers as its image and template define them', () => {
  expect(blueprint.services).toEqual([
    expect.objectContaining({
      minTasks: 3,
      containers: [
        {
          name: 'images',
          image: expect.objectContaining({ context: expect.stringContaining('asset.'), dockerfile: 'Dockerfile' }),
          workingDirectory: '/',
          command: ['node', 'images.js'],
          environment: { MODE: 'fast', PORT: '3000' },
          ports: [3000],
          stopTimeoutSeconds: 30,
        },
        expect.objectContaining({ name: 'sidecar', command: [], cannotRun: expect.stringContaining('registry') }),
      ],
      targets: [{ targetGroupArn: targetGroup('ip').arn, containerName: 'images', containerPort: 3000 }],
    }),
  ]);
});

test('a role has every policy that is attached to it, with references to other stacks resolved', () => {
  const role = blueprint.roles.find(({ arn }) => arn === functionOf('Bid').roleArn);
  const resources = JSON.stringify(role?.policies);
  expect(resources).toContain(`"${BIDS}/index/*"`);
  expect(resources).toContain('"arn:aws:sqs:eu-west-1:111122223333:failed"');
  expect(role?.managedPolicyArns).toContain('arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole');
});

test('an imported role is included, with its path and without policies', () => {
  expect(functionOf('Page').roleArn).toBe(ROLE_ELSEWHERE);
  expect(blueprint.roles).toContainEqual(
    expect.objectContaining({ name: 'Elsewhere', arn: ROLE_ELSEWHERE, policies: [] }),
  );
});

test('each type that is not emulated is listed once', () => {
  const types = blueprint.notEmulated.map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
  expect(types.sort()).toEqual([
    'AWS::EC2::*',
    'AWS::Lambda::EventSourceMapping (ParallelizationFactor)',
    'Containers from a registry',
    'Resource policies',
    ROLE_ELSEWHERE,
    'arn:aws:iam::aws:policy/AmazonSESFullAccess',
  ]);
});

test('an app has the same resource names every time', () => {
  const names = ({ functions, tables, queues, roles, webSocketApis, loadBalancers }: Blueprint) =>
    [functions, tables, queues, roles, webSocketApis, loadBalancers].flat().map(({ arn }) => arn);
  expect(names(loadAssembly(auctionApp()))).toEqual(names(blueprint));
});

test.each(['weak', 'strong'])('%s references between stacks resolve to the same values', (strength) => {
  const { tables, queues, eventSources } = loadAssembly(
    auctionApp({ '@aws-cdk/core:defaultCrossStackReferences': strength }),
  );
  expect([tables, queues, eventSources]).toEqual([blueprint.tables, blueprint.queues, blueprint.eventSources]);
});

function functionOf(id: string): Blueprint['functions'][number] {
  return named(blueprint.functions, id);
}

/** Finds the resource of a construct. A logical id is the construct id and a hash of eight digits. */
function named<T extends { readonly logicalId: string }>(resources: readonly T[], id: string): T {
  const found = resources.find(({ logicalId }) => logicalId.slice(0, -8) === id);
  if (!found) throw new Error(`the blueprint has no ${id}`);
  return found;
}

function loadBalancer(): Blueprint['loadBalancers'][number] {
  const [only] = blueprint.loadBalancers;
  if (!only) throw new Error('the blueprint has no load balancer');
  return only;
}

function targetGroup(type: string) {
  const found = loadBalancer().listeners[0]?.targetGroups.find(({ targetType }) => targetType === type);
  if (!found) throw new Error(`the listener has no target group of ${type}`);
  return found;
}
