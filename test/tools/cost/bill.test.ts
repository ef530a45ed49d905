import fc from 'fast-check';
import { billOf } from '../../../tools/cost/bill-of';
import { PARTS } from '../../../tools/cost/bill';
import { USER_DEFAULTS, type UserLoad } from '../../../tools/cost/load-of';
import { readStage } from '../../../tools/cost/read-stage';
import type { Stage } from '../../../tools/cost/stage';
import { toCents } from '../../../tools/prices/cents';
import { costOf, priceOf } from '../../../tools/prices/price';
import { GATEWAY_WITH_SERVERS, STAGES, stageTemplate } from '../../stack/stages';
import { resourcesOf } from './resources-of';

const today = new Date('2026-11-28');

const stages: Readonly<Record<string, Stage>> = {
  ...Object.fromEntries(STAGES.map((stage) => [stage, readStage(resourcesOf(stageTemplate(stage)))])),
  'servers behind CloudFront': readStage(resourcesOf(stageTemplate('gateway', GATEWAY_WITH_SERVERS))),
};

const prod = stages.prod as Stage;

function bill(stage: Stage, load: Partial<UserLoad> = {}, freeTier = true) {
  return billOf(stage, { ...USER_DEFAULTS, ...load }, { today, freeTier });
}

/** @returns the amount and the cost of a line; undefined without it */
function line(of: ReturnType<typeof bill>, what: string) {
  const found = of.lines.filter((each) => each.what === what);
  expect(found.length).toBeLessThan(2);
  return found[0];
}

describe.each(Object.entries(stages))('the bill of %s', (_, stage) => {
  it('is the sum of its lines, by part and in all', () => {
    const { lines, parts, usd, growingUsd } = bill(stage, { rate: 1 });
    const sum = (of: typeof lines) => toCents(of.reduce((total, each) => total + each.usd, 0));
    expect(usd).toBe(sum(lines));
    for (const part of PARTS) {
      expect(parts[part]).toBe(sum(lines.filter((each) => each.part === part)));
    }
    expect(growingUsd).toBe(sum(lines.filter(({ grows }) => grows)));
    expect(toCents(PARTS.reduce((total, part) => total + parts[part], 0))).toBe(usd);
  });

  it('has whole cents, and no line without an amount or twice', () => {
    const { lines } = bill(stage, { rate: 1 });
    expect(lines.filter(({ usd, quantity }) => toCents(usd) !== usd || !(quantity > 0))).toEqual([]);
    expect(new Set(lines.map(({ what }) => what)).size).toBe(lines.length);
  });

  it('has the same lines that do not grow for each load, with the free amounts and without', () => {
    for (const freeTier of [true, false]) {
      const fixed = (load: Partial<UserLoad>) => bill(stage, load, freeTier).lines.filter(({ grows }) => !grows);
      expect(fixed({ connections: 100 })).toEqual(fixed({ connections: 1e6, rate: 1 }));
    }
  });

  it('does not fall when a load grows', () => {
    const count = fc.integer({ min: 1, max: 1e6 });
    const cents = 0.01 * 80;
    fc.assert(
      fc.property(
        count,
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.integer({ min: 100, max: 8000 }),
        fc.constantFrom('connections', 'rate', 'bytes', 'httpRequestsPerSecond', 'users', 'ping'),
        fc.double({ min: 1, max: 3, noNaN: true }),
        (connections, rate, bytes, dimension, factor) => {
          const less = { connections, rate, bytes, httpRequestsPerSecond: 5, users: 1000, pingInterval: 300 };
          const more = {
            connections: { connections: Math.ceil(connections * factor) },
            rate: { rate: rate * factor },
            bytes: { bytes: Math.ceil(bytes * factor) },
            httpRequestsPerSecond: { httpRequestsPerSecond: 5 * factor },
            users: { users: Math.ceil(1000 * factor) },
            ping: { pingInterval: 300 / factor },
          }[dimension];
          return bill(stage, less).usd <= bill(stage, { ...less, ...more }).usd + cents;
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is not more with the free amounts of the account', () => {
    for (const connections of [10, 1e4, 1e6]) {
      expect(bill(stage, { connections }).usd).toBeLessThanOrEqual(bill(stage, { connections }, false).usd);
    }
  });
});

describe('the bill of a stage', () => {
  it('costs as much as all amounts with a price together, with its bands and its free amount once', () => {
    for (const freeTier of [true, false]) {
      const { lines } = bill({ ...prod, polledQueues: 10 }, { connections: 1e6, rate: 1 }, freeTier);
      for (const { price } of lines) {
        const ofPrice = lines.filter(
          (each) => each.price.usage === price.usage && each.price.service === price.service,
        );
        const amount = ofPrice.reduce((sum, { quantity }) => sum + quantity, 0);
        const usd = ofPrice.reduce((sum, each) => sum + each.usd, 0);
        const cost = costOf(priceOf(price.service, price.usage), amount, { freeTier });
        // Each line is rounded to a cent.
        expect(Math.abs(usd - cost)).toBeLessThanOrEqual(0.005 * ofPrice.length + 1e-6);
      }
    }
  });

  it('has the load balancer, its addresses, the NAT gateways and the least number of tasks for 730 hours', () => {
    const idle = bill(prod, { connections: 1, rate: 0 });
    expect(line(idle, 'load balancers')).toMatchObject({ part: 'floor', quantity: 730, usd: 16.43, grows: false });
    expect(line(idle, 'NAT gateways')).toMatchObject({ quantity: 3 * 730, usd: 98.55 });
    expect(line(idle, 'public IPv4 addresses')).toMatchObject({ quantity: 6 * 730, usd: 21.9 });
    expect(line(idle, 'HTTP tasks, at least: vCPUs')).toMatchObject({ quantity: 365, usd: 11.82 });
    expect(line(idle, 'HTTP tasks, at least: memory')).toMatchObject({ quantity: 730, usd: 2.6 });
    expect([line(idle, 'web ACLs')?.usd, line(idle, 'rules of web ACLs')?.usd]).toEqual([5, 4]);
  });

  it('has the minutes of connections, a message for each frame and its answer, and one for each post', () => {
    const of = bill(prod, { connections: 1000, pingInterval: 240, rate: 1 / 60 });
    const seconds = 730 * 3600;
    expect(line(of, 'connection minutes')?.usd).toBe(10.95);
    expect(line(of, 'pings and their answers')?.quantity).toBeCloseTo((2 * 1000 * seconds) / 240, 3);
    expect(line(of, 'subscriptions and their answers')?.quantity).toBeCloseTo((2 * 1000 * seconds) / 6150, 3);
    expect(line(of, 'messages to connections')?.quantity).toBeCloseTo((1000 * seconds) / 60, -4);
    expect(line(bill(prod, { pingInterval: 0 }), 'pings and their answers')).toBeUndefined();
  });

  it('applies the bands of a price to the sum of its lines, of which each pays its share', () => {
    const of = bill(prod, { connections: 1e6, rate: 0 });
    const messages = of.lines.filter(({ price }) => price.usage.startsWith('message, either direction'));
    expect(messages.length).toBeGreaterThan(1);
    const amount = messages.reduce((sum, { quantity }) => sum + quantity, 0);
    expect(amount).toBeGreaterThan(1e9);
    const usd = messages.reduce((sum, each) => sum + each.usd, 0);
    expect(usd).toBeCloseTo(1000 + (amount - 1e9) * 8e-7, 1);
    for (const each of messages) {
      expect(each.usd / usd).toBeCloseTo(each.quantity / amount, 5);
    }
  });

  it('has traces, access log lines and log lines for each ping', () => {
    const without = bill(prod, { connections: 1e5, rate: 0, pingInterval: 0 });
    const pings = bill(prod, { connections: 1e5, rate: 0 });
    for (const what of ['access log of the API', 'logs of functions', 'message function: requests']) {
      expect(line(pings, what)?.usd).toBeGreaterThan(line(without, what)?.usd ?? 0);
    }
    const untraced = {
      ...prod,
      functions: { ...prod.functions, Message: { ...functionOf('Message'), traced: false } },
    };
    const traced = { ...prod, functions: { ...prod.functions, Message: { ...functionOf('Message'), traced: true } } };
    expect(line(bill(untraced), 'traces of message')).toBeUndefined();
    // Lambda traces one request a second, and 5 % of the others.
    const perSecond = 1e5 * (1 / 240 + 1 / 6150);
    expect(line(bill(traced, { connections: 1e5 }), 'traces of message')?.quantity).toBeCloseTo(
      730 * 3600 * (1 + (perSecond - 1) * 0.05),
      3,
    );
  });

  it('has the tasks that the load needs beyond the least number', () => {
    expect(line(bill(prod, { connections: 1e4 }), 'HTTP tasks beyond the least: vCPUs')).toBeUndefined();
    // 1,000 requests a second are 60,000 a minute, and a task gets 3,000 of them.
    const busy = bill(prod, { connections: 1, rate: 0, httpRequestsPerSecond: 1000 });
    expect(line(busy, 'HTTP tasks beyond the least: vCPUs')?.quantity).toBe((21 - 2) * 0.25 * 730);
    const servers = bill(stages.servers as Stage, { connections: 30_000 });
    expect(line(servers, 'WebSocket tasks beyond the least: vCPUs')?.quantity).toBe((10 - 2) * 0.25 * 730);
  });

  it('has the requests and the data of CloudFront instead of data out behind it', () => {
    const [gateway, dev] = [bill(stages.gateway as Stage, { rate: 1 }), bill(stages.dev as Stage, { rate: 1 })];
    expect(dev.parts.gateway).toBe(0);
    expect(gateway.parts.dataOut).toBe(0);
    expect(line(gateway, 'data of CloudFront to clients')?.quantity).toBeCloseTo(
      line(dev, 'data to clients')?.quantity ?? 0,
      6,
    );
  });

  it('has one active user for each connection, unless the load says how many', () => {
    expect(line(bill(prod, { connections: 20_000 }), 'active users (--users)')).toMatchObject({
      quantity: 20_000,
      usd: 150,
    });
    expect(line(bill(prod, { connections: 20_000, users: 100 }), 'active users (--users)')?.usd).toBe(0);
  });

  it('has the metrics of the code, with one for each reason of a refusal', () => {
    const writing = { ...functionOf('Push'), writesMetrics: true };
    const stage: Stage = {
      ...prod,
      httpService: prod.httpService && { ...prod.httpService, writesMetrics: true },
      functions: { ...prod.functions, Push: writing, Dispatch: writing, Message: writing },
    };
    // HTTP: gaps, and refusals for five reasons. WebSocket: four of posts, the same refusals, and the fan-out.
    expect(line(bill(stage), 'metrics of the code')?.quantity).toBe(6 + 4 + 5 + 1);
  });

  it('has metrics of alarms, composite alarms and dashboards', () => {
    const of = bill({ ...prod, alarmMetrics: 45, fastAlarmMetrics: 1, compositeAlarms: 3, dashboards: 1 });
    expect(line(of, 'metrics of alarms')?.usd).toBe(4.5);
    expect(line(of, 'metrics of alarms below a minute')?.usd).toBe(0.3);
    expect(line(of, 'composite alarms')?.usd).toBe(1.5);
    expect(line(of, 'dashboards')?.usd).toBe(3);
  });

  it('has requests of a web ACL and point-in-time recovery only with them', () => {
    const without = bill({ ...prod, webAcls: 0, tables: { recovered: false } }, { connections: 1e6, rate: 1 });
    const withBoth = bill({ ...prod, tables: { recovered: true } }, { connections: 1e6, rate: 1 });
    for (const what of ['web ACL requests', 'recovery of messages', 'recovery of connections']) {
      expect(line(without, what)).toBeUndefined();
      expect(line(withBoth, what)?.quantity).toBeGreaterThan(0);
    }
  });

  it('names what a silent connection costs, and a million publishes', () => {
    const of = bill(prod, { connections: 1e5, rate: 1 / 60 });
    const silent = bill(prod, { connections: 1e5, rate: 0, users: 0 });
    expect(of.usdOfConnection).toBeCloseTo(silent.growingUsd / 1e5, 9);
    const publishes = (730 * 3600) / 60 / 1e6;
    expect(of.usdOfMillionPublishes).toBeCloseTo(
      (of.usd - bill(prod, { connections: 1e5, rate: 0 }).usd) / publishes,
      6,
    );
    expect(silent.usdOfMillionPublishes).toBe(0);
  });

  it('marks the prices of its lines that are old, undated or not documented, and no others', () => {
    const { marks, lines } = bill(prod);
    expect(marks).toContainEqual(expect.objectContaining({ usage: 'trace recorded', marks: ['no date', 'secondary'] }));
    expect(marks.some(({ service }) => service === 'NAT gateway')).toBe(false);
    const used = new Set(lines.map(({ price }) => price.usage));
    expect(marks.filter(({ usage }) => !used.has(usage))).toEqual([]);
  });
});

function functionOf(name: 'Message' | 'Push') {
  const fn = prod.functions[name];
  if (!fn) {
    throw new Error(`prod has no function ${name}`);
  }
  return fn;
}
