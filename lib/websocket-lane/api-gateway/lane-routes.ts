import type { WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { LaneFunction } from '../../functions/lane-function';
import { type LaneRoute, type LaneRouteContext, routeKeyProblems } from './lane-route';

export interface LaneRoutesProps {
  /** The API to add the routes to. */
  readonly api: WebSocketApi;
  /** The part of the lane that the functions of routes depend on. */
  readonly context: LaneRouteContext;
}

/** Routes in addition to those of the protocol. */
export class LaneRoutes extends Construct {
  /** Functions that were created for bundled routes, in the order in which they were added. */
  readonly functions: LaneFunction[] = [];

  /** Route key → the function that answers it. */
  private readonly handlers = new Map<string, IFunction>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: LaneRoutesProps,
  ) {
    super(scope, id);
  }

  /** Adds a route. @returns the function that answers it */
  add(routeKey: string, route: LaneRoute): IFunction {
    const taken = this.handlers.get(routeKey);
    if (taken) {
      this.node.addValidation({
        validate: () => [`routes must have different names, got ${JSON.stringify(routeKey)} twice. Fix: rename one`],
      });
      return taken;
    }
    const problems = routeKeyProblems(routeKey);
    this.node.addValidation({ validate: () => problems });
    const { handler, returnResponse, function: fn } = route.bind(this, routeKey, this.props.context);
    this.handlers.set(routeKey, handler);
    if (fn) {
      this.functions.push(fn);
    }
    if (problems.length === 0) {
      this.props.api.addRoute(routeKey, {
        integration: new WebSocketLambdaIntegration('Integration', handler),
        returnResponse,
      });
    }
    return handler;
  }
}
