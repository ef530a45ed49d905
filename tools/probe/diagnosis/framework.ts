import type { Evidence } from '../measurements';
import { type Mark, MARKS, NODE_FRAMEWORKS, type Responses } from './fingerprints';
import { type Framework, FRAMEWORKS, type Name, type Server, SERVERS } from './framework-names';

export { type Framework, FRAMEWORKS, type Name, type Server, SERVERS };

/** Headers that a proxy or a content delivery network adds. */
export const PROXY_HEADERS: readonly string[] = [
  ...['via', 'x-cache', 'x-served-by', 'cf-ray', 'x-amz-cf-id', 'x-amzn-trace-id', 'x-envoy-upstream-service-time'],
];

/** Names of proxies in the headers `Server` and `Via`. */
const PROXIES = /nginx|openresty|cloudflare|envoy|awselb|caddy|apache|haproxy|varnish|traefik/i;

/**
 * Software that sent the responses. A reliable mark decides. Other marks count only if no reliable one exists.
 * Marks that contradict each other name none. Behind a proxy, marks of the connection are not used: they are the proxy's own.
 */
export function frameworkOf(evidence: Evidence | undefined): Framework | undefined {
  if (!evidence) {
    return undefined;
  }
  const responses = responsesOf(evidence);
  const found = MARKS.filter((mark) => (!mark.ofConnection || !behindProxy(responses)) && mark.seen(responses));
  const name = decided(found, (mark) => mark.name);
  const server = decided(found, (mark) => mark.server) ?? impliedBy(name);
  return name || server ? { ...(name && { name }), ...(server && { server }) } : undefined;
}

/** The value of all reliable marks if they agree, or else of all others. */
function decided<Value>(found: readonly Mark[], value: (mark: Mark) => Value | undefined): Value | undefined {
  const values = (reliable: boolean) => [
    ...new Set(
      found
        .filter((mark) => mark.reliable === reliable)
        .map(value)
        .filter((each) => each !== undefined),
    ),
  ];
  const decisive = values(true);
  const candidates = decisive.length > 0 ? decisive : values(false);
  return candidates.length === 1 ? candidates[0] : undefined;
}

function impliedBy(name: Name | undefined): Server | undefined {
  return name && NODE_FRAMEWORKS.includes(name) ? 'Node.js' : undefined;
}

function responsesOf({ headers, missing, openApi }: Evidence): Responses {
  const both = [headers, missing?.headers ?? {}];
  return {
    header: (name) => both.flatMap((each) => (each[name] === undefined ? [] : [each[name]])).join(', '),
    servers: [...new Set(both.flatMap((each) => (each.server === undefined ? [] : [each.server])))],
    missing: { reason: missing?.reason ?? '', body: missing?.body ?? '' },
    json: parsed(missing?.body),
    isHtml: /text\/html/i.test(missing?.headers['content-type'] ?? ''),
    openApi: openApi === true,
  };
}

function parsed(body: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function behindProxy({ header, servers }: Responses): boolean {
  return PROXY_HEADERS.some((name) => header(name) !== '') || servers.some((server) => PROXIES.test(server));
}
