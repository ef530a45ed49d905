import type { LoadBalancerBlueprint, ServiceBlueprint } from '../../blueprint';
import { type Part, partOf } from '../../http/part';
import { webSocketRule } from '../supervisor/blueprint-of';
import { FORWARD, groupBlueprint, listenerBlueprint, loadBalancerBlueprint } from './balancer';
import { PLACE } from '../place';

const FIXED = { conditions: [], actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '426' } }] };
const REDIRECT = { conditions: [], actions: [{ Type: 'redirect' }] };

/** Rules of the listeners of a load balancer that serves only WebSockets. */
const ONLY = [[webSocketRule(), FIXED]];

/** A load balancer with a listener for each list of rules, and one target group with its name. */
function balancer(logicalId: string, rulesOfListeners: readonly object[][]): LoadBalancerBlueprint {
  const targetGroups = [groupBlueprint({ logicalId: `${logicalId}Group`, arn: `arn:${logicalId}` })];
  const listeners = rulesOfListeners.map((rules, index) =>
    listenerBlueprint({ logicalId: `${logicalId}${index}`, rules: rules as never, targetGroups }),
  );
  return { ...loadBalancerBlueprint(listenerBlueprint()), logicalId, listeners };
}

/** A service with a target in the group of each of the load balancers. */
function service(logicalId: string, ...balancers: string[]): ServiceBlueprint {
  const targets = balancers.map((one) => ({
    targetGroupArn: `arn:${one}`,
    containerName: 'Web',
    containerPort: 8080,
  }));
  return {
    ...PLACE,
    logicalId,
    name: logicalId,
    arn: '',
    minTasks: 1,
    taskDefinitionArn: '',
    taskRoleArn: '',
    containers: [],
    targets,
  };
}

function idsIn(process: 'http' | 'websocket', part: Part): string[] {
  const { loadBalancers, services } = partOf(process, part);
  return [...loadBalancers, ...services].map(({ logicalId }) => logicalId);
}

/** Checks that the resources with these logical ids are in the process `websocket`, and all others in the process `http`. */
function expectForWebSockets(part: Part, ids: readonly string[]): void {
  expect(idsIn('websocket', part)).toEqual(ids);
  const all = [...part.loadBalancers, ...part.services].map(({ logicalId }) => logicalId);
  expect(idsIn('http', part)).toEqual(all.filter((id) => !ids.includes(id)));
}

test('a load balancer that serves only WebSockets and the services behind it are in the process websocket', () => {
  const loadBalancers = [balancer('Web', [[FORWARD]]), balancer('Sockets', ONLY)];
  const services = [service('Api', 'Web'), service('Servers', 'Sockets'), service('Others', 'Sockets')];
  expectForWebSockets({ loadBalancers, services }, ['Sockets', 'Servers', 'Others']);
});

test.each([
  ['a rule that forwards other requests', [[webSocketRule(), FORWARD]]],
  ['a second listener that redirects', [...ONLY, [REDIRECT]]],
  ['no listener', []],
])('a load balancer with %s is in the process http, with the services behind it', (_, rules) => {
  expectForWebSockets({ loadBalancers: [balancer('Shared', rules)], services: [service('Servers', 'Shared')] }, []);
});

test('a load balancer with two listeners that serve only WebSockets is in the process websocket', () => {
  expectForWebSockets({ loadBalancers: [balancer('Sockets', [...ONLY, ...ONLY])], services: [] }, ['Sockets']);
});

test.each([
  ['no target', []],
  ['a target in a group that no load balancer has', ['Elsewhere']],
])('a service with %s is in the process http', (_, balancers) => {
  const part = { loadBalancers: [balancer('Sockets', ONLY)], services: [service('Worker', ...balancers)] };
  expectForWebSockets(part, ['Sockets']);
});

test('a load balancer for WebSockets is in the process http if a service is also behind one for HTTP, and so are those that it has a service in common with', () => {
  const loadBalancers = [balancer('Web', [[FORWARD]]), ...['Near', 'Far', 'Alone'].map((name) => balancer(name, ONLY))];
  const services = [service('Both', 'Web', 'Near'), service('Bridge', 'Far', 'Near'), service('Servers', 'Alone')];
  expectForWebSockets({ loadBalancers, services }, ['Alone', 'Servers']);
});
