import { alternatives } from '../../../tools/cost/alternatives';
import { type Bill, type Line, type Part, PARTS } from '../../../tools/cost/bill';
import type { CostLoad } from '../../../tools/cost/cost-load';
import type { CostPage } from '../../../tools/cost/html';
import { marksOf } from '../../../tools/prices/marks';
import { priceOf } from '../../../tools/prices/price';
import { DEFAULTS } from '../../../tools/scale/load';

export const TODAY = new Date('2026-11-28T12:00:00Z');

const LOAD: CostLoad = { ...DEFAULTS, httpRequestsPerSecond: 1, users: 0 };

/** Made-up bill with a line of each part, except the gateway. */
export function billOf(connections: number): Bill {
  const line = (part: Part, what: string, service: string, usage: string, quantity: number, grows = true): Line => {
    const { unit, usd } = priceOf(service, usage);
    return {
      part,
      what,
      quantity,
      unit,
      price: { service, usage },
      usd: Math.round(quantity * usd * 100) / 100,
      grows,
    };
  };
  const lines = [
    line('floor', 'NAT gateways', 'NAT gateway', 'hour', 2190, false),
    line('floor', 'hosted zone', 'Route 53', 'hosted zone', 1, false),
    line('http', 'requests that AWS WAF inspects', 'WAF', 'request', 2_628_000),
    line('websocket', 'connection minutes', 'API Gateway WebSocket', 'connection minute', connections * 43_800),
    line('log', 'writes of messages', 'DynamoDB', 'on-demand write, 1 KB', 6 * 43_800),
    line('observability', 'traces', 'X-Ray', 'trace recorded', connections * 500),
    line('dataOut', 'bytes to clients', 'Data transfer', 'out to the internet', connections * 0.02),
  ];
  const sum = (some: readonly Line[]) => some.reduce((total, { usd }) => total + usd, 0);
  return {
    load: { ...LOAD, connections },
    freeTier: true,
    lines,
    parts: Object.fromEntries(
      PARTS.map((part) => [part, sum(lines.filter((each) => each.part === part))]),
    ) as Bill['parts'],
    usd: sum(lines),
    growingUsd: sum(lines.filter(({ grows }) => grows)),
    usdOfConnection: 0.0487,
    usdOfMillionPublishes: 3.9,
    marks: lines.flatMap(({ price }) => {
      const found = priceOf(price.service, price.usage);
      const marks = marksOf(found, TODAY);
      return marks.length > 0 ? [{ ...found, marks }] : [];
    }),
  };
}

/** Made-up page of a stack. */
export function pageOf(changes: Partial<CostPage> = {}): CostPage {
  return {
    stack: 'Twinlane-prod',
    region: 'us-east-1',
    bill: billOf(1e4),
    sizes: [100, 1e3, 1e4, 1e5, 1e6].map(billOf),
    alternatives: alternatives({ ...LOAD, connections: 1e4 }),
    today: TODAY,
    ...changes,
  };
}
