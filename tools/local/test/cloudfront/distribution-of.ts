import type { BehaviorBlueprint, DistributionBlueprint, OriginBlueprint } from '../../blueprint';
import { PLACE } from '../place';

/** Methods of a behavior that allows all that CloudFront supports. */
const ALL_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];

export function behavior(given: Partial<BehaviorBlueprint> = {}): BehaviorBlueprint {
  return { pathPattern: '*', originId: 'Lane', methods: ALL_METHODS, forwards: 'allExceptHost', ...given };
}

/** By default, an origin that is the WebSocket API of the entry points in the tests. */
export function originOf(given: Partial<OriginBlueprint> = {}): OriginBlueprint {
  return {
    id: 'Lane',
    domainName: 'ws.example.com',
    path: '',
    headers: {},
    readTimeoutSeconds: 5,
    keepAliveSeconds: 5,
    target: { webSocketApi: 'Api12345678' },
    ...given,
  };
}

export function distribution(given: Partial<DistributionBlueprint> = {}): DistributionBlueprint {
  return {
    ...PLACE,
    logicalId: 'Edge',
    name: 'E1',
    arn: 'arn:aws:cloudfront::000000000000:distribution/E1',
    domainName: 'd1.cloudfront.net',
    hosts: ['app.example.com'],
    defaultRootObject: '',
    origins: [originOf()],
    behaviors: [behavior()],
    ...given,
  };
}
