import { Duration } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ClientFrame } from '../../../client/protocol';
import { LaneFunction, type LaneFunctionOptions } from '../../functions/lane-function';
import type { Retention } from '../../storage/retention';

/** Options of a route. */
export interface LaneRouteOptions {
  /**
   * True to send the `body` that the function returns to the client.
   *
   * @default true
   */
  readonly returnResponse?: boolean;
}

export interface BundledRouteProps extends LaneRouteOptions, LaneFunctionOptions {
  /**
   * Path of the source file, which exports `handler`: absolute, or relative to the working directory of the app, like the
   * `entry` of NodejsFunction.
   */
  readonly entry: string;

  /**
   * True to give the function the environment variables and permissions of the function that answers the protocol's frames.
   * `createRoute` of lambda/route.ts needs them to identify the principal and to publish.
   *
   * @default false
   */
  readonly session?: boolean;

  /**
   * Additional environment variables.
   *
   * @default - none
   */
  readonly environment?: Record<string, string>;
}

/** The part of the lane that the function of a route depends on. */
export interface LaneRouteContext {
  /** Removal policy and log retention. */
  readonly retention: Retention;

  /** Environment variables of a function that answers frames. */
  readonly sessionEnvironment: Record<string, string>;

  /** Grants `grantee` the permissions that a function needs to answer frames. */
  grantSession(grantee: IGrantable): Grant;
}

/** The function of a route. */
export interface LaneRouteConfig {
  /** The function to invoke. */
  readonly handler: IFunction;

  /** True if its response is sent to the client. */
  readonly returnResponse: boolean;

  /** The function, if the lane creates it. */
  readonly function?: LaneFunction;
}

/** A route of the WebSocket API in addition to those of the protocol. */
export abstract class LaneRoute {
  /** A function that the lane creates from a TypeScript source file. */
  static bundled(props: BundledRouteProps): LaneRoute {
    return new BundledRoute(props);
  }

  /** An existing function. */
  static function(handler: IFunction, options: LaneRouteOptions = {}): LaneRoute {
    return new FunctionRoute(handler, options);
  }

  /** Creates the function for the route `routeKey` below `scope`, unless it exists. */
  abstract bind(scope: Construct, routeKey: string, context: LaneRouteContext): LaneRouteConfig;
}

class BundledRoute extends LaneRoute {
  constructor(private readonly props: BundledRouteProps) {
    super();
  }

  bind(scope: Construct, routeKey: string, context: LaneRouteContext): LaneRouteConfig {
    const { returnResponse = true, session = false, environment, ...props } = this.props;
    scope.node.addValidation({ validate: () => timeoutProblems(`routes.${routeKey}`, props.timeout) });
    const fn = new LaneFunction(scope, routeKey, {
      ...props,
      environment: { ...(session && context.sessionEnvironment), ...environment },
      retention: context.retention,
      description: `WebSocket lane: answers frames with the action ${routeKey}`,
    });
    if (session) {
      context.grantSession(fn);
    }
    return { handler: fn.invocable, returnResponse, function: fn };
  }
}

class FunctionRoute extends LaneRoute {
  constructor(
    private readonly handler: IFunction,
    private readonly options: LaneRouteOptions,
  ) {
    super();
  }

  bind(): LaneRouteConfig {
    return { handler: this.handler, returnResponse: this.options.returnResponse ?? true };
  }
}

/** API Gateway ends an integration after 29 s. */
const LONGEST_INTEGRATION = Duration.seconds(29);

/** Actions of the protocol, which the lane's own function answers. */
const PROTOCOL_ACTIONS: Readonly<Record<ClientFrame['action'], true>> = {
  subscribe: true,
  unsubscribe: true,
  publish: true,
  ping: true,
  presence: true,
};

/** Route keys that the lane itself uses. */
const RESERVED = ['$connect', '$disconnect', '$default', ...Object.keys(PROTOCOL_ACTIONS)];

/** @returns problems of a route's name, each with the value received and a fix */
export function routeKeyProblems(routeKey: string): string[] {
  if (RESERVED.includes(routeKey)) {
    return [
      `routes must not use a name of the protocol, got ${JSON.stringify(routeKey)}. Fix: choose a name other than ${RESERVED.join(', ')}`,
    ];
  }
  return /^[A-Za-z0-9_-]{1,64}$/.test(routeKey)
    ? []
    : [
        `routes must be named by 1 to 64 letters, digits, _ and -, got ${JSON.stringify(routeKey)}. Fix: rename the route`,
      ];
}

/** @returns problems with the timeout of a function that API Gateway waits for, each with the value received and a fix */
export function timeoutProblems(name: string, timeout: Duration | undefined): string[] {
  const longest = LONGEST_INTEGRATION.toSeconds();
  return timeout && timeout.toSeconds() > longest
    ? [
        `${name}.timeout must be at most ${longest} s, when API Gateway ends an integration, got ${timeout.toSeconds()} s. Fix: shorten it`,
      ]
    : [];
}
