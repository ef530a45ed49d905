import type { WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { LaneFunction } from '../functions/lane-function';
import { type RetentionOptions, retentionOf } from '../storage/retention';
import { type BundledRoute, isRouteKey, type LaneRoute, routeKeyProblems, timeoutProblems } from './lane-route';

export interface LaneRoutesProps extends RetentionOptions {
  /** The API to add the routes to. */
  readonly api: WebSocketApi;
}

/** The routes that a user adds beside `$connect`, `$disconnect` and `$default`, which are the lane's own. */
export class LaneRoutes extends Construct {
  /** The functions that were made for bundled routes, in the order of their adding. */
  readonly functions: LaneFunction[] = [];

  /** Route key → what answers it. */
  private readonly handlers = new Map<string, IFunction>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: LaneRoutesProps,
  ) {
    super(scope, id);
  }

  /** @returns the function that answers the route. */
  add(routeKey: string, route: LaneRoute): IFunction {
    const taken = this.handlers.get(routeKey);
    if (taken) {
      this.node.addValidation({
        validate: () => [`routes must have a name each, got ${JSON.stringify(routeKey)} twice: rename one`],
      });
      return taken;
    }
    this.node.addValidation({ validate: () => routeKeyProblems(routeKey) });
    const handler = route.handler ?? this.bundled(routeKey, route);
    this.handlers.set(routeKey, handler);
    if (isRouteKey(routeKey)) {
      this.props.api.addRoute(routeKey, {
        integration: new WebSocketLambdaIntegration('Integration', handler),
        returnResponse: route.returnResponse ?? true,
      });
    }
    return handler;
  }

  private bundled(routeKey: string, { handler: _, ...route }: BundledRoute): IFunction {
    const { removalPolicy, logRetention } = retentionOf(this.props);
    const fn = new LaneFunction(this, routeKey, {
      ...route,
      removalPolicy,
      logRetention,
      description: `WebSocket lane: answers frames with the action ${routeKey}`,
    });
    this.node.addValidation({ validate: () => timeoutProblems(`routes.${routeKey}`, route.timeout) });
    this.functions.push(fn);
    return fn.invocable;
  }
}
