import type { Blueprint, ListenerBlueprint } from '../../blueprint';
import { PLACE } from '../place';

/** An empty blueprint, except for the given properties. */
export function blueprintOf(given: Partial<Blueprint> = {}): Blueprint {
  return {
    accountId: '000000000000',
    roles: [],
    functions: [],
    functionsThatDoNotRun: {},
    eventSources: [],
    tables: [],
    queues: [],
    ssmParameters: [],
    secrets: [],
    topics: [],
    eventBuses: [],
    rules: [],
    userPools: [],
    webSocketApis: [],
    loadBalancers: [],
    services: [],
    distributions: [],
    buckets: [],
    notEmulated: [],
    ...given,
  };
}

/** Entry points of a blueprint: a load balancer with one listener, and a WebSocket API. */
export const ENTRY_POINTS = {
  loadBalancers: [
    {
      ...PLACE,
      logicalId: 'Balancer',
      name: 'balancer',
      arn: 'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/balancer/1',
      dnsName: 'balancer.us-east-1.elb.amazonaws.com',
      hosts: ['api.example.com'],
      attributes: {},
      listeners: [
        {
          logicalId: 'Https',
          arn: 'arn:https',
          port: 443,
          protocol: 'HTTPS',
          attributes: {},
          rules: [],
          targetGroups: [],
        },
      ],
    },
  ],
  webSocketApis: [
    {
      ...PLACE,
      logicalId: 'Api12345678',
      name: 'api',
      arn: 'arn:aws:apigateway:us-east-1::/apis/abc',
      apiId: 'abc',
      routes: [],
      stage: { name: 'live', variables: {} },
      routeSelectionExpression: '$request.body.action',
      domains: [{ host: 'ws.example.com', mappingKey: '' }],
      defaultEndpointDisabled: true,
    },
  ],
} satisfies Partial<Blueprint>;

/** Rule of a listener that forwards requests for WebSockets. @param host - a condition on the host; none if it is undefined */
export function webSocketRule(host?: string): ListenerBlueprint['rules'][number] {
  return {
    conditions: [
      ...(host === undefined ? [] : [{ Field: 'host-header', HostHeaderConfig: { Values: [host] } }]),
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Upgrade', Values: ['websocket'] } },
    ],
    actions: [{ Type: 'forward', TargetGroupArn: 'arn:group' }],
  };
}
