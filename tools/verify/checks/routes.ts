import { GetRouteResponsesCommand, GetRoutesCommand, type Route } from '@aws-sdk/client-apigatewayv2';
import type { Aws } from '../aws';
import { type Check, check } from '../../aws-checks/check';
import type { Deployment, WebSocketApi } from '../deployment';
import type { Query } from '../../aws-checks/query';
import { get } from './websocket-api';

/** Without `$connect`, API Gateway accepts every handshake. Without one of the others, the lane does not notice what happens. */
const NEEDED = ['$connect', '$disconnect', '$default'];

interface FoundRoute {
  readonly key: string;
  /** True if the route is configured to send its function's response to the client. */
  readonly answers: boolean;
  /** True if it has the route response that is necessary for that. */
  readonly hasResponse: boolean;
}

export function routeChecks({ id: apiId }: WebSocketApi, deployment: Deployment, aws: Aws): Check[] {
  const subject = `the WebSocket API ${apiId}`;
  const query: Query<FoundRoute[]> = {
    ...get(deployment, `/apis/${apiId}/routes`, subject),
    // The ids of the routes are not known in advance.
    also: get(deployment, `/apis/${apiId}/routes/*/routeresponses`, subject),
    run: async () => {
      const found: FoundRoute[] = [];
      for (const { RouteKey: key = '', RouteId, RouteResponseSelectionExpression } of await routes(apiId, aws)) {
        const answers = RouteResponseSelectionExpression !== undefined;
        const command = new GetRouteResponsesCommand({ ApiId: apiId, RouteId });
        const { Items: responses = [] } = answers ? await aws.apiGateway.send(command) : {};
        found.push({ key, answers, hasResponse: responses.length > 0 });
      }
      return found;
    },
  };
  return [
    check(`The API has the routes ${NEEDED.join(', ')}`, [query], (found) => ({
      passed: NEEDED.every((needed) => found.some(({ key }) => key === needed)),
      found: found.map(({ key }) => key).join(', ') || 'no routes',
    })),
    check('$default, and every other route that answers clients, has a route response', [query], (found) => {
      const silent = found.filter(({ key, answers, hasResponse }) => (answers || key === '$default') && !hasResponse);
      const answering = found.filter(({ hasResponse }) => hasResponse);
      return {
        passed: silent.length === 0,
        found: silent.length === 0 ? `route responses of ${list(answering)}` : `no route response of ${list(silent)}`,
      };
    }),
  ];
}

function list(routes: readonly FoundRoute[]): string {
  return routes.map(({ key }) => key).join(', ') || 'no route';
}

async function routes(apiId: string, aws: Aws): Promise<Route[]> {
  const found: Route[] = [];
  let NextToken: string | undefined;
  do {
    const page = await aws.apiGateway.send(new GetRoutesCommand({ ApiId: apiId, NextToken }));
    found.push(...(page.Items ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}
