import type { BehaviorBlueprint, DistributionBlueprint } from '../blueprint';
import { matchesWildcard } from '../http/listener/wildcard';

/**
 * @param path - path of the request, without the query
 * @returns the first behavior whose pattern matches the path. Patterns are case-sensitive, with `*` and `?`, and apply to the path
 *   without dot segments. The last behavior matches every path
 */
export function behaviorOf(
  { behaviors }: Pick<DistributionBlueprint, 'behaviors'>,
  path: string,
): BehaviorBlueprint | undefined {
  const normalized = withoutDotSegments(path);
  return behaviors.find(({ pathPattern }) => matchesWildcard(absolute(pathPattern), normalized, { ignoreCase: false }));
}

/** A pattern without a leading slash means the same as with it, except `*`. */
function absolute(pattern: string): string {
  return /^[/*]/.test(pattern) ? pattern : `/${pattern}`;
}

function withoutDotSegments(path: string): string {
  return path.startsWith('/') && URL.canParse(path, 'http://host') ? new URL(`http://host${path}`).pathname : path;
}
