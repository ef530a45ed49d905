import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { LaneFunctionOptions } from '../functions/lane-function';

/** What answers the frames of a route: a source file, which is bundled, or a function that exists. */
export type LaneRoute = RouteOptions & (BundledRoute | FunctionRoute);

interface RouteOptions {
  /**
   * Send what the function returns as `body` back over the socket.
   *
   * @default true
   */
  readonly returnResponse?: boolean;
}

export interface BundledRoute extends LaneFunctionOptions {
  /** The source file, absolute or relative to the project's folder: `lambda/chat.handler.ts`. It exports `handler`. */
  readonly entry: string;

  /**
   * Environment variables. The function gets no other, and no grants: what it may use is what it is given.
   *
   * @default - none
   */
  readonly environment?: Record<string, string>;

  readonly handler?: never;
}

interface FunctionRoute {
  readonly handler: IFunction;
  readonly entry?: never;
}

/** API Gateway ends an integration after 29 s. */
const LONGEST_INTEGRATION = Duration.seconds(29);

/** @returns whether `routeKey` can select a route of a user's: `$connect` and its like are the lane's own. */
export function isRouteKey(routeKey: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(routeKey);
}

/** @returns what is wrong with the name of a route, as rule, value and mend. */
export function routeKeyProblems(routeKey: string): string[] {
  return isRouteKey(routeKey)
    ? []
    : [`routes must be named by 1 to 64 letters, digits, _ and -, got ${JSON.stringify(routeKey)}: rename it`];
}

/** @returns what is wrong with the timeout of a function that API Gateway waits for, as rule, value and mend. */
export function timeoutProblems(name: string, timeout: Duration | undefined): string[] {
  const longest = LONGEST_INTEGRATION.toSeconds();
  return timeout && timeout.toSeconds() > longest
    ? [
        `${name}.timeout must be at most ${longest} s, got ${timeout.toSeconds()} s: API Gateway ends the integration then; shorten it`,
      ]
    : [];
}
