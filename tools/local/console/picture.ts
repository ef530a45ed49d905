import type {
  Blueprint,
  FunctionBlueprint,
  IntegrationBlueprint,
  RoleBlueprint,
  ServiceBlueprint,
  WebSocketApiBlueprint,
} from '../blueprint';
import { glob, matches } from '../identity/pattern';
import type { Urls } from '../urls';
import { withoutHash } from '../without-hash';

/** The resources that run, in columns, and how they are connected. */
export interface Picture {
  readonly columns: readonly { readonly title: string; readonly resources: readonly PictureResource[] }[];
  readonly relations: readonly Relation[];
}

interface PictureResource {
  /** ARN; of a listener for load balancers. */
  readonly id: string;
  /** `WebSocket API` */
  readonly kind: string;
  /** Its host, or its logical id without the hash. */
  readonly name: string;
  /** Lines about it: its stage, its runtime. */
  readonly detail: readonly string[];
  /** Local URL of an entry point. */
  readonly url?: string;
}

interface Relation {
  /** Id of a resource. */
  readonly from: string;
  readonly to: string;
  /** `sendmessage to`, `reads and writes`, `invokes` */
  readonly text: string;
  /** True if events flow along it, from a table or a queue to a function. */
  readonly isEvent: boolean;
}

/** Uses of a resource in words, each with the actions of which a policy must allow one. */
const USES: readonly (readonly [text: string, actions: readonly string[]])[] = [
  ['reads', ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:BatchGetItem']],
  ['writes', ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem']],
  ['sends to', ['sqs:SendMessage']],
  ['posts to connections of', ['execute-api:ManageConnections']],
];

/** @returns the picture of a running app */
export function pictureOf(blueprint: Blueprint, urls: Pick<Urls, 'endpoints'>): Picture {
  const urlOf = (logicalId: string) => {
    const url = urls.endpoints.find((endpoint) => endpoint.logicalId === logicalId)?.url;
    return url === undefined ? {} : { url };
  };
  const entryPoints = [
    ...blueprint.distributions.map(({ arn, logicalId, hosts, domainName }) => ({
      ...{ id: arn, kind: 'Distribution', name: hosts[0] ?? domainName, detail: [], ...urlOf(logicalId) },
    })),
    ...blueprint.loadBalancers.flatMap(({ hosts, dnsName, listeners }) =>
      listeners.map(({ arn, logicalId, protocol, port }) => ({
        ...{ id: arn, kind: 'Load balancer', name: hosts[0] ?? dnsName },
        ...{ detail: [`${protocol} ${port}`], ...urlOf(logicalId) },
      })),
    ),
    ...blueprint.webSocketApis.map(({ arn, logicalId, stage }) => ({
      ...{
        id: arn,
        kind: 'WebSocket API',
        name: withoutHash(logicalId),
        detail: [`stage ${stage.name}`],
        ...urlOf(logicalId),
      },
    })),
  ];
  const code = [
    ...blueprint.functions.map(({ arn, logicalId, runtime }) => ({
      ...{ id: arn, kind: 'Function', name: withoutHash(logicalId), detail: [runtime] },
    })),
    ...blueprint.services.map(({ arn, logicalId, containers }) => ({
      ...{
        id: arn,
        kind: 'Service',
        name: withoutHash(logicalId),
        detail: containers.map((container) => `container ${container.name}`),
      },
    })),
  ];
  const stores = [
    ...blueprint.tables.map(({ arn, logicalId }) => ({
      id: arn,
      kind: 'Table',
      name: withoutHash(logicalId),
      detail: [],
    })),
    ...blueprint.queues.map(({ arn, logicalId, fifo }) => ({
      ...{ id: arn, kind: fifo ? 'FIFO queue' : 'Queue', name: withoutHash(logicalId), detail: [] },
    })),
  ];
  return {
    columns: [
      { title: 'Entry points', resources: entryPoints },
      { title: 'Functions and services', resources: code },
      { title: 'Tables and queues', resources: stores },
    ],
    relations: [...requestsOf(blueprint), ...eventsOf(blueprint), ...usesOf(blueprint)],
  };
}

function requestsOf({ distributions, loadBalancers, webSocketApis, services }: Blueprint): Relation[] {
  const listeners = loadBalancers.flatMap((loadBalancer) => loadBalancer.listeners);
  const arnOf = new Map([...listeners, ...webSocketApis].map(({ logicalId, arn }) => [logicalId, arn]));
  const toOrigins = distributions.flatMap(({ arn, origins }) =>
    origins.flatMap(({ target = {} }) => {
      const to = arnOf.get(Object.values(target)[0] ?? '');
      return to === undefined ? [] : [relation(arn, to, 'forwards to')];
    }),
  );
  const toTargets = listeners.flatMap(({ arn, targetGroups }) =>
    targetGroups.flatMap((group) => [
      ...(group.functionArn === undefined ? [] : [relation(arn, group.functionArn, 'forwards to')]),
      ...services
        .filter(({ targets }) => targets.some(({ targetGroupArn }) => targetGroupArn === group.arn))
        .map((service) => relation(arn, service.arn, 'forwards to')),
    ]),
  );
  const toRoutes = webSocketApis.flatMap(({ arn, routes }) =>
    routes.flatMap(({ routeKey, integration, authorizer }) => [
      ...functionsOf(integration).map((functionArn) => relation(arn, functionArn, `${routeKey} to`)),
      ...(authorizer?.functionArn === undefined ? [] : [relation(arn, authorizer.functionArn, 'authorizes with')]),
    ]),
  );
  return [...toOrigins, ...toTargets, ...toRoutes];
}

/** @returns the function of an integration, if it has one */
function functionsOf(integration: IntegrationBlueprint): string[] {
  const target = 'target' in integration ? integration.target : integration;
  return 'functionArn' in target ? [target.functionArn] : [];
}

function eventsOf({ eventSources, tables, queues }: Blueprint): Relation[] {
  return eventSources.flatMap(({ source, functionArn }) => {
    const from =
      'stream' in source
        ? tables.find(({ streamArn }) => streamArn === source.stream)?.arn
        : queues.find(({ arn }) => arn === source.queue)?.arn;
    return from === undefined ? [] : [{ ...relation(from, functionArn, 'invokes'), isEvent: true }];
  });
}

function usesOf({ functions, services, roles, tables, queues, webSocketApis }: Blueprint): Relation[] {
  const used = [...tables, ...queues].map(({ arn }) => ({ arn, resource: arn }));
  const connections = webSocketApis.map((api) => ({ arn: api.arn, resource: connectionsArn(api) }));
  return [...functions, ...services].flatMap((user) => {
    const role = roles.find(({ arn }) => arn === roleArnOf(user));
    return role
      ? [...used, ...connections].flatMap(({ arn, resource }) => {
          const uses = USES.filter(([, actions]) => actions.some((action) => allows(role, action, resource)));
          return uses.length > 0 ? [relation(user.arn, arn, uses.map(([text]) => text).join(' and '))] : [];
        })
      : [];
  });
}

/** @returns `arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/live/POST/@connections/*` */
function connectionsArn({ arn, region, accountId, apiId, stage }: WebSocketApiBlueprint): string {
  const [, partition] = arn.split(':');
  return `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/${stage.name}/POST/@connections/*`;
}

function roleArnOf(user: FunctionBlueprint | ServiceBlueprint): string {
  return 'roleArn' in user ? user.roleArn : user.taskRoleArn;
}

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/** @returns true if a statement of the role names the action and the resource. Its conditions are not evaluated. */
function allows({ policies }: RoleBlueprint, action: string, resource: string): boolean {
  return policies
    .flatMap(({ document }) => (document as { Statement?: Statement | Statement[] }).Statement ?? [])
    .some(
      ({ Effect, Action = [], Resource = [] }) =>
        Effect === 'Allow' &&
        [Action].flat().some((pattern) => matches(glob(pattern), action, 'i')) &&
        [Resource].flat().some((pattern) => matches(glob(pattern), resource)),
    );
}

function relation(from: string, to: string, text: string): Relation {
  return { from, to, text, isEvent: false };
}
