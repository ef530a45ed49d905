import { type Check, check } from '../../aws-checks/check';
import { reasonOfHandshake } from '../../aws-checks/handshake';
import { getPage, type Page } from '../../aws-checks/page';
import type { Query } from '../../aws-checks/query';
import type { Deployment, Distribution } from '../deployment';
import type { Outside } from '../outside';

/** Paths that a distribution forwards to the HTTP lane, besides `/health`: one for each of its behaviors. */
const HTTP_PATHS = ['/v1/', '/docs', '/openapi.json', '/asyncapi.json'];

/**
 * Checks a distribution by requests to it, and to the hosts of the lanes behind it, which must refuse them. No request has
 * credentials.
 */
export function gatewayChecks(deployment: Deployment, outside: Pick<Outside, 'handshake'>): Check[] {
  const { distribution } = deployment;
  return distribution
    ? [
        ...forwarding(distribution),
        ...handshakes(deployment, distribution, outside),
        ...bypasses(deployment, distribution, outside),
      ]
    : [];
}

function forwarding({ host, hasPage }: Distribution): Check[] {
  const url = `https://${host}`;
  const health = check(`${url}/health is answered by the HTTP lane`, [page(`${url}/health`)], ({ status }) => ({
    passed: status === 200,
    found: `status ${status}`,
  }));
  return hasPage
    ? [health, ...HTTP_PATHS.map((path) => forwardedToHttp(`${url}${path}`)), pageOf(`${url}/`)]
    : [health];
}

/** The HTTP lane answers every GET without credentials, and refuses none with 403. A bucket refuses files that it does not have. */
function forwardedToHttp(url: string): Check {
  return check(`${url} is not answered by the bucket of the page`, [page(url)], ({ status }) => ({
    passed: status < 500 && status !== 403,
    found: `status ${status}`,
  }));
}

function pageOf(url: string): Check {
  return check(`${url} is answered with the page`, [page(url)], ({ status, body }) => {
    const isHtml = /^\s*<(?:!doctype html|html)\b/i.test(body);
    return { passed: status === 200 && isHtml, found: `status ${status}, ${isHtml ? 'HTML' : 'no HTML'}` };
  });
}

/** Without authentication, a handshake would open a connection. Another server than that of this project can answer as it likes. */
function handshakes(
  { tokens, deliveryQueue, socketPath }: Deployment,
  { host }: Distribution,
  outside: Pick<Outside, 'handshake'>,
): Check[] {
  const url = `wss://${host}${socketPath}`;
  return tokens && deliveryQueue
    ? [answered(`A handshake at ${url} without a ticket is refused by the WebSocket lane, with 401`, url, 401, outside)]
    : [];
}

/** An internal load balancer has no address that this machine could ask. Its scheme and its records are checked. */
function bypasses(deployment: Deployment, distribution: Distribution, outside: Pick<Outside, 'handshake'>): Check[] {
  const { httpHost, webSocketHost, socketPath, webSocketServers: servers, loadBalancerArn } = deployment;
  const { internalLoadBalancers } = distribution;
  const health = `https://${httpHost}/health`;
  const url = `wss://${webSocketHost}${socketPath}`;
  // Behind a load balancer that the lanes share, a rule for other requests to the path comes before the response to all others.
  const status = servers?.loadBalancerArn === loadBalancerArn ? 426 : 403;
  return [
    ...(internalLoadBalancers
      ? []
      : [
          check(`${health} is refused with 403, because it bypasses the gateway`, [page(health)], (found) => ({
            passed: found.status === 403,
            found: `status ${found.status}`,
          })),
        ]),
    ...(servers && internalLoadBalancers
      ? []
      : [
          answered(
            `A handshake at ${url} is refused with ${status}, because it bypasses the gateway`,
            url,
            status,
            outside,
          ),
        ]),
  ];
}

function page(url: string): Query<Page> & { readonly url: string } {
  return { url, subject: `the page ${url}`, run: () => getPage(url) };
}

function answered(expected: string, url: string, status: number, { handshake }: Pick<Outside, 'handshake'>): Check {
  const query: Query<number> = {
    subject: `the WebSocket ${url}`,
    reason: (error) => reasonOfHandshake(error, url),
    run: () => handshake(url),
  };
  return check(expected, [query], (found) => ({ passed: found === status, found: `status ${found}` }));
}
