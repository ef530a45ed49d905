import type { ListenerBlueprint, LoadBalancerBlueprint } from './blueprint';
import type { Action } from './http/listener/actions';
import type { Condition } from './http/listener/conditions';
import { matchesWildcard } from './http/listener/wildcard';

/** The part of a listener that only WebSockets reach. */
export interface WebSocketEntry {
  /**
   * Hosts to which clients connect, without duplicates: those of the rules' host conditions; the hosts of the load balancer and its
   * DNS name if a rule has no such condition.
   */
  readonly hosts: readonly string[];
  /** Path of a rule's condition, if it has no wildcard: `/socket`. @default - any path */
  readonly path?: string;
  /** True if no other rule forwards or redirects, so that the listener serves only WebSockets. */
  readonly only: boolean;
}

type Rule = ListenerBlueprint['rules'][number];

/** @returns undefined for a listener without a rule that forwards requests with `Upgrade: websocket` */
export function webSocketEntryOf(
  { rules }: Pick<ListenerBlueprint, 'rules'>,
  { hosts, dnsName }: Pick<LoadBalancerBlueprint, 'hosts' | 'dnsName'>,
): WebSocketEntry | undefined {
  const forWebSockets = rules.filter((rule) => performs(rule, ['forward']) && conditionsOf(rule).some(requiresUpgrade));
  if (forWebSockets.length === 0) {
    return undefined;
  }
  const [path] = forWebSockets.flatMap(pathsOf);
  return {
    ...(path !== undefined && { path }),
    hosts: [...new Set(forWebSockets.flatMap((rule) => hostsOf(rule, hosts) ?? [...hosts, dnsName]))],
    only: !rules.some((rule) => !forWebSockets.includes(rule) && performs(rule, ['forward', 'redirect'])),
  };
}

function conditionsOf({ conditions }: Rule): readonly Condition[] {
  return conditions as Condition[];
}

function performs({ actions }: Rule, types: readonly string[]): boolean {
  return (actions as Action[]).some(({ Type }) => types.includes(Type));
}

function requiresUpgrade({ Field, HttpHeaderConfig }: Condition): boolean {
  return (
    Field === 'http-header' &&
    HttpHeaderConfig?.HttpHeaderName.toLowerCase() === 'upgrade' &&
    (HttpHeaderConfig.Values ?? []).some((value) => value.toLowerCase() === 'websocket')
  );
}

/** @returns the paths of the rule's condition, without those that have a wildcard */
function pathsOf(rule: Rule): readonly string[] {
  const condition = conditionsOf(rule).find(({ Field }) => Field === 'path-pattern');
  const values = condition?.PathPatternConfig?.Values ?? condition?.Values ?? [];
  return values.filter((value) => !/[*?]/.test(value));
}

/** @returns the hosts that meet the rule's condition; undefined if it has none. A wildcard stands for the hosts that match it */
function hostsOf(rule: Rule, known: readonly string[]): string[] | undefined {
  const condition = conditionsOf(rule).find(({ Field }) => Field === 'host-header');
  const values = condition?.HostHeaderConfig?.Values ?? condition?.Values;
  return values?.flatMap((value) =>
    /[*?]/.test(value) ? known.filter((host) => matchesWildcard(value, host, { ignoreCase: true })) : [value],
  );
}
