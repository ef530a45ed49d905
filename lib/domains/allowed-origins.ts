import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isHostName } from './host-names';
import type { LaneGateway } from './lane-gateway';
import { EXAMPLE_ORIGIN, isOrigin, originFix } from './origin';

/**
 * Maximum length of a list of origins, in characters with the commas. Lambda allows 4,096 bytes for all variables of a
 * function, and the other variables need the rest.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const LONGEST_ORIGINS = 3000;

/** Lists that are already validated, by the root of the construct tree. */
const validated = new WeakMap<IConstruct, WeakSet<readonly string[]>>();

/**
 * @returns the origins, and that of the gateway: its pages have the origin of the lanes, which browsers send with handshakes and POST
 *   requests
 */
export function withGatewayOrigin(
  allowedOrigins: readonly string[],
  gateway: Pick<LaneGateway, 'hostName'> | undefined,
): readonly string[] {
  if (!gateway) {
    return allowedOrigins;
  }
  const { hostName } = gateway;
  // The gateway reports a host that is invalid. The list must not report it again.
  const origin = Token.isUnresolved(hostName) || isHostName(hostName) ? `https://${hostName}` : EXAMPLE_ORIGIN;
  return [...new Set([...allowedOrigins, origin])];
}

/** Validates a lane's allowed origins at synth. If both lanes share a list, only the first one reports it. */
export function validateOrigins(scope: IConstruct, allowedOrigins: readonly string[]): void {
  const lists = validated.get(scope.node.root) ?? new WeakSet();
  validated.set(scope.node.root, lists);
  if (!lists.has(allowedOrigins)) {
    lists.add(allowedOrigins);
    scope.node.addValidation({ validate: () => originProblems(allowedOrigins) });
  }
}

/** @returns the problems of a lane's allowed origins, each with the value received and a fix */
export function originProblems(allowedOrigins: readonly string[]): string[] {
  if (allowedOrigins.length === 0) {
    return ['allowedOrigins must have at least one origin, got none. Fix: add the origin of a page that uses the lane'];
  }
  const length = allowedOrigins.some((origin) => Token.isUnresolved(origin)) ? 0 : allowedOrigins.join().length;
  if (length > LONGEST_ORIGINS) {
    return [
      `allowedOrigins must have at most ${LONGEST_ORIGINS} characters in total, which fit in the environment of a function, got ${length}. Fix: remove origins that are not used`,
    ];
  }
  return allowedOrigins
    .filter((origin) => !Token.isUnresolved(origin) && !isOrigin(origin))
    .map(
      (origin) =>
        `allowedOrigins must be exact origins of pages and apps, got ${JSON.stringify(origin)}. Fix: ${originFix(origin)}`,
    );
}
