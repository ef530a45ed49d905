import { once } from 'node:events';
import fc from 'fast-check';
import { afterCheck, type Health, matchesCode, NEW_TARGET } from '../../http/target-group/health';
import { routingAlgorithm } from '../../http/target-group/routing-algorithm';
import { balancer, closeAll, groupBlueprint, portOf, send, target, until } from './balancer';

afterEach(closeAll);

const thresholds = fc.record({
  healthyThreshold: fc.integer({ min: 2, max: 10 }),
  unhealthyThreshold: fc.integer({ min: 2, max: 10 }),
});

test('a new target is healthy after one successful check', () => {
  fc.assert(
    fc.property(thresholds, (each) => {
      expect(afterCheck(NEW_TARGET, true, each).state).toBe('healthy');
    }),
  );
});

test('the health of a target changes only after as many consecutive checks as the threshold', () => {
  fc.assert(
    fc.property(thresholds, fc.array(fc.boolean()), (each, checks) => {
      let health: Health = { state: 'healthy', passes: 1, failures: 0 };
      let row = 1;
      let last = true;
      for (const passed of checks) {
        const before = health.state;
        row = passed === last ? row + 1 : 1;
        last = passed;
        health = afterCheck(health, passed, each);
        if (health.state !== before) {
          expect(row).toBe(passed ? each.healthyThreshold : each.unhealthyThreshold);
        }
      }
      if (row >= 10) {
        expect(health.state).toBe(last ? 'healthy' : 'unhealthy');
      }
    }),
  );
});

test('a matcher can be a code, a list or a range', () => {
  expect([200, 201].map((code) => matchesCode('200', code))).toEqual([true, false]);
  expect([200, 202, 204].map((code) => matchesCode('200,204', code))).toEqual([true, false, true]);
  expect([199, 200, 299, 300].map((code) => matchesCode('200-299', code))).toEqual([false, true, true, false]);
});

test('round robin selects each target equally often', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (count, rounds) => {
      const next = routingAlgorithm();
      const targets = Array.from({ length: count }, () => ({ outstanding: 0, times: 0 }));
      for (let n = 0; n < count * rounds; n += 1) {
        const chosen = next(targets);
        if (chosen) {
          chosen.times += 1;
        }
      }
      expect(targets.map(({ times }) => times)).toEqual(targets.map(() => rounds));
    }),
  );
});

test('least outstanding requests selects a target with the fewest open requests', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { minLength: 1 }), (loads) => {
      const targets = loads.map((outstanding) => ({ outstanding }));
      expect(routingAlgorithm('least_outstanding_requests')(targets)?.outstanding).toBe(Math.min(...loads));
    }),
  );
});

test('weighted random selects a target at random', () => {
  const targets = [{ outstanding: 9 }, { outstanding: 0 }];
  expect(routingAlgorithm('weighted_random', () => 0.2)(targets)).toBe(targets[0]);
  expect(routingAlgorithm('weighted_random', () => 0.7)(targets)).toBe(targets[1]);
});

test.each(['round_robin', 'least_outstanding_requests', 'weighted_random'])(
  '%s selects nothing if there are no targets',
  (name) => {
    expect(routingAlgorithm(name)([])).toBeUndefined();
  },
);

const CHECKED = { healthCheck: { ...groupBlueprint().healthCheck, enabled: true } };

/** Starts a target whose health check succeeds while `healthy` is true. */
async function checked(name: string) {
  const state = { healthy: true, agents: new Set<string | undefined>() };
  const server = await target((request, response) => {
    if (request.url === '/health') {
      state.agents.add(request.headers['user-agent']);
      response.writeHead(state.healthy ? 200 : 500).end();
    } else {
      response.end(name);
    }
  });
  return { state, server };
}

test('an unhealthy target receives no requests until its check succeeds again', async () => {
  const [a, b] = [await checked('a'), await checked('b')];
  const alb = await balancer({ group: CHECKED, targets: [a.server, b.server] });
  const states = () => alb.log.map(({ text }) => text.replace(/ is (\w+): .*/, ' $1'));
  const logged = (line: string, times: number) =>
    until(() => states().filter((text) => text === line).length === times);
  const ofA = `the target 127.0.0.1:${portOf(a.server)}`;
  await logged(`${ofA} healthy`, 1);
  a.state.healthy = false;
  await logged(`${ofA} unhealthy`, 1);
  const bodies = new Set<string>();
  for (let n = 0; n < 6; n += 1) {
    bodies.add((await send(alb)).body);
  }
  expect([...bodies]).toEqual(['b']);
  a.state.healthy = true;
  await logged(`${ofA} healthy`, 2);
  for (let n = 0; n < 6; n += 1) {
    bodies.add((await send(alb)).body);
  }
  expect(bodies.size).toBe(2);
  expect([...a.state.agents]).toEqual(['ELB-HealthChecker/2.0']);
});

test('a target group without a healthy target fails open: all its targets receive requests', async () => {
  const { state, server } = await checked('a');
  state.healthy = false;
  const alb = await balancer({ group: CHECKED, targets: [server] });
  await until(() => alb.log.some(({ text }) => text.includes('is unhealthy: it answered /health with 500, not 200')));
  expect((await send(alb)).body).toBe('a');
});

test('a target that does not respond to its check in time is unhealthy', async () => {
  const server = await target(() => undefined);
  const healthCheck = { ...CHECKED.healthCheck, timeoutSeconds: 0.01, intervalSeconds: 0.01 };
  const alb = await balancer({ group: { healthCheck }, targets: [server] });
  const logged = () => alb.log.map(({ text }) => text).find((text) => text.includes(' is unhealthy: '));
  await until(() => logged() !== undefined);
  expect(logged()).toMatch(/ is unhealthy: it did not answer \/health in 0\.01 s$/);
});

test('a deregistered target finishes its open requests and receives no others', async () => {
  let finish: () => void = () => undefined;
  const server = await target((_, response) => {
    finish = () => response.end('done');
  });
  const alb = await balancer();
  const registered = alb.group.register('127.0.0.1', portOf(server));
  const received = once(server, 'request');
  const answer = send(alb);
  await received;
  const deregistered = alb.group.deregister(registered);
  expect((await send(alb)).status).toBe(503);
  finish();
  expect((await answer).body).toBe('done');
  await deregistered;
});

test('the load balancer returns 502 for a request that is still open after the deregistration delay', async () => {
  const server = await target(() => undefined);
  const alb = await balancer({ group: { attributes: { 'deregistration_delay.timeout_seconds': '0.02' } } });
  const registered = alb.group.register('127.0.0.1', portOf(server));
  const received = once(server, 'request');
  const answer = send(alb);
  await received;
  await alb.group.deregister(registered);
  expect((await answer).status).toBe(502);
});
