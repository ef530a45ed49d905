import type { Blueprint, WebSocketApiBlueprint } from '../blueprint';
import type { Urls } from '../urls';
import { withoutHash } from '../without-hash';
import { type Picture, pictureOf } from './picture';

/** Everything that the page shows of an app, besides its activity. */
export interface ConsoleApp {
  /** Names of the stacks. */
  readonly stacks: readonly string[];
  readonly picture: Picture;
  /** Endpoints for WebSockets. */
  readonly endpoints: readonly ConsoleEndpoint[];
  /** User pools, by logical id. */
  readonly pools: readonly { readonly id: string; readonly name: string }[];
  /** By ARN. */
  readonly functions: readonly { readonly id: string; readonly name: string }[];
  /** Tables and queues, by ARN. */
  readonly stores: readonly { readonly id: string; readonly kind: string; readonly name: string }[];
  readonly notEmulated: Blueprint['notEmulated'];
}

interface ConsoleEndpoint {
  readonly url: string;
  /** Routes that a frame can select, each with a frame that selects it. */
  readonly routes: readonly { readonly key: string; readonly frame: string }[];
  /** Place where the authorizer of `$connect` looks for a token. @default - it has none, or looks elsewhere */
  readonly tokenIn?: { readonly header?: string; readonly query?: string };
}

/** @returns the app in the form of the page */
export function consoleApp(blueprint: Blueprint, urls: Pick<Urls, 'endpoints'>): ConsoleApp {
  return {
    stacks: stacksOf(blueprint),
    picture: pictureOf(blueprint, urls),
    endpoints: urls.endpoints
      .filter(({ kind }) => kind === 'websocket')
      .map(({ url, logicalId }) => {
        const api = blueprint.webSocketApis.find((one) => one.logicalId === logicalId);
        return { url, ...(api ? ofApi(api) : { routes: [] }) };
      }),
    pools: blueprint.userPools.map(({ logicalId }) => ({ id: logicalId, name: withoutHash(logicalId) })),
    functions: blueprint.functions.map(({ arn, logicalId }) => ({ id: arn, name: withoutHash(logicalId) })),
    stores: [
      ...blueprint.tables.map(({ arn, logicalId }) => ({ id: arn, kind: 'Table', name: withoutHash(logicalId) })),
      ...blueprint.queues.map(({ arn, logicalId }) => ({ id: arn, kind: 'Queue', name: withoutHash(logicalId) })),
    ],
    notEmulated: blueprint.notEmulated,
  };
}

function stacksOf({ loadBalancers, webSocketApis, functions, services, tables, queues }: Blueprint): string[] {
  const all = [...loadBalancers, ...webSocketApis, ...functions, ...services, ...tables, ...queues];
  return [...new Set(all.map(({ stack }) => stack))];
}

function ofApi({ routes, routeSelectionExpression }: WebSocketApiBlueprint): Omit<ConsoleEndpoint, 'url'> {
  const keys = routes.map(({ routeKey }) => routeKey).filter((key) => key !== '$connect' && key !== '$disconnect');
  const sources = routes.find(({ routeKey }) => routeKey === '$connect')?.authorizer?.identitySources ?? [];
  const header = placeIn(sources, 'header');
  const query = placeIn(sources, 'querystring');
  return {
    routes: keys.map((key) => ({ key, frame: frameFor(key, routeSelectionExpression) })),
    ...(header !== undefined || query !== undefined
      ? { tokenIn: { ...(header && { header }), ...(query && { query }) } }
      : {}),
  };
}

/** @returns `token` for the source `route.request.querystring.token` */
function placeIn(sources: readonly string[], place: 'header' | 'querystring'): string | undefined {
  const prefix = `route.request.${place}.`;
  return sources.find((source) => source.startsWith(prefix))?.slice(prefix.length);
}

/** @returns `{"action":"join"}` for the route `join` of an API that selects by `$request.body.action` */
function frameFor(routeKey: string, expression: string): string {
  const path = /^\$\{?request\.body\.([\w.-]+)\}?$/.exec(expression)?.[1];
  if (routeKey === '$default' || path === undefined) {
    return '{}';
  }
  return JSON.stringify(path.split('.').reduceRight<unknown>((value, name) => ({ [name]: value }), routeKey));
}
