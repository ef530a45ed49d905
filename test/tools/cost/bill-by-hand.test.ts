import { billOf } from '../../../tools/cost/bill-of';
import { USER_DEFAULTS, type UserLoad } from '../../../tools/cost/load-of';
import { readStage } from '../../../tools/cost/read-stage';
import { stageTemplate } from '../../stack/stages';
import { resourcesOf } from './resources-of';

const HOURS = 730;
const SECONDS = HOURS * 3600;

type Stage = Parameters<typeof stageTemplate>[0];
type Changes = Parameters<typeof stageTemplate>[1];

/** @returns the cost of each line, without free amounts */
function linesOf(stage: Stage, load: Partial<UserLoad>, changes?: Changes): Readonly<Record<string, number>> {
  const { lines } = billOf(
    readStage(resourcesOf(stageTemplate(stage, changes))),
    { ...USER_DEFAULTS, httpRequestsPerSecond: 1, users: 0, ...load },
    { freeTier: false, today: new Date('2026-11-28') },
  );
  return Object.fromEntries(lines.map(({ what, usd }) => [what, usd]));
}

/** Compares lines with amounts that do not use the code of the bill, to a cent or a tenth of a per mill. */
function expectLines(lines: Readonly<Record<string, number>>, byHand: Readonly<Record<string, number>>): void {
  for (const [what, usd] of Object.entries(byHand)) {
    const found = lines[what] ?? 0;
    expect([what, Math.abs(found - usd) <= Math.max(0.0051, usd * 1e-4), found, usd]).toEqual([what, true, found, usd]);
  }
}

// Numbers below are from the price lists of AWS, and the sizes of messages from the assumptions of `npm run scale -- --help`.

test('the bill of prod with 10,000 connections and one message a minute agrees with sums by hand', () => {
  const [renewals, pings, publishes] = [10_000 / 6150, 10_000 / 240, 1 / 60];
  const requests = renewals + publishes + 1;
  const answer = 0.02 * 0.5 * 1.33334e-5;
  const bytesToClients = (10_000 * 512) / 60 + (pings + renewals) * 200 + (requests + renewals) * 1000;
  expectLines(linesOf('prod', { connections: 10_000, rate: 1 / 60 }), {
    'load balancers': 0.0225 * HOURS,
    'public IPv4 addresses': 6 * 0.005 * HOURS,
    'NAT gateways': 3 * 0.045 * HOURS,
    'polls of empty queues': ((2 * 5 * SECONDS) / 20) * 4e-7,
    'LCUs of HTTP requests': (renewals / 25) * 0.008 * HOURS,
    'web ACL requests': requests * SECONDS * 6e-7,
    'writes of tickets and rate limits': (10 * renewals + publishes) * SECONDS * 6.25e-7,
    'connection minutes': 10_000 * 60 * HOURS * 2.5e-7,
    'pings and their answers': 2 * pings * SECONDS * 1e-6,
    'subscriptions and their answers': 2 * renewals * SECONDS * 1e-6,
    'message function: requests': (pings + renewals) * SECONDS * 2e-7,
    'message function: duration': (pings + renewals) * SECONDS * answer,
    'connect function: duration': renewals * SECONDS * answer,
    'writes of the connection table': (pings + renewals + 20 * renewals) * SECONDS * 6.25e-7,
    'access log of the API': (pings + 3 * renewals) * 350 * SECONDS * 1e-9 * 0.5,
    'traces of connect': (1 + 0.05 * (renewals - 1)) * SECONDS * 5e-6,
    'metrics of routes': 3 * 6 * 0.3,
    'Container Insights': 37 * 0.3,
    'alarms of scaling': 2 * 0.1,
    'data to clients': bytesToClients * SECONDS * 1e-9 * 0.09,
  });
});

test('the lines of a canary agree with sums by hand, for a function and for CloudWatch Synthetics', () => {
  const [runs, seconds, logBytes] = [(HOURS * 60) / 5, 5, 350 + 150 + 600];
  const byBoth = {
    secrets: 0.4,
    'canary: invocations': runs * 2e-7,
    'canary: metrics': 9 * 0.3,
    'canary: logs': runs * logBytes * 1e-9 * 0.5,
    'canary: reads of the secret': runs * 5e-6,
  };
  const scheduled = linesOf('prod', {});
  expectLines(scheduled, { ...byBoth, 'canary: duration': runs * seconds * 0.5 * 1.33334e-5 });
  expect(scheduled).not.toHaveProperty(['canary: runs of CloudWatch Synthetics']);

  const synthetics = linesOf('prod', {}, { operation: { canary: { type: 'synthetics' } } });
  expectLines(synthetics, {
    ...byBoth,
    'canary: runs of CloudWatch Synthetics': runs * 0.0012,
    'canary: files of artifacts': runs * 4 * 5e-6,
    'canary: duration': runs * seconds * (960 / 1024) * 1.66667e-5,
  });

  const without = linesOf('prod', {}, { operation: {} });
  expect(Object.keys(without).filter((what) => what.startsWith('canary'))).toEqual([]);
});

test('the bill of servers with a million connections agrees with sums by hand', () => {
  const renewals = 1e6 / 6150;
  const tasks = Math.ceil(1e6 / (0.6 * 5000));
  const changes = (2 * renewals) / tasks;
  expectLines(linesOf('servers', { connections: 1e6, rate: 1 / 60 }), {
    'LCUs of connections': (1e6 / 3000) * 0.008 * HOURS,
    'WebSocket tasks beyond the least: vCPUs': (tasks - 2) * 0.25 * 0.03238 * HOURS,
    'WebSocket tasks beyond the least: memory': (tasks - 2) * 0.5 * 0.00356 * HOURS,
    'writes of the connection table':
      (3 * renewals + tasks / 10 + (tasks * changes) / (1 + changes)) * SECONDS * 6.25e-7,
    'posts to tasks in another zone': tasks * (1 / 60) * 512 * (1 / 2) * SECONDS * 1e-9 * 2 * 0.01,
    'flow logs': (1e6 / 600 + renewals) * 6 * 136 * SECONDS * 1e-9 * 0.5,
    'metrics in logs of WebSocket tasks': (tasks / 20) * 600 * SECONDS * 1e-9 * 0.5,
  });
});

test('the bill of gateway with 100,000 connections and one message a second agrees with sums by hand', () => {
  const [renewals, pings] = [1e5 / 6150, 1e5 / 240];
  const toClients = 1e5 * 512 + (pings + renewals) * 200 + (2 * renewals + 1 + 1) * 1000;
  const terabytes = (toClients * SECONDS * 1e-9) / 1024;
  const toLanes = (pings + renewals) * 100 + (renewals + 1 + 1) * 1000 + 512;
  expectLines(linesOf('gateway', { connections: 1e5, rate: 1 }), {
    secrets: 0.4,
    'requests of CloudFront': (2 * renewals + 1 + 1) * SECONDS * 1e-6,
    'data of CloudFront to clients': 1024 * (10 * 0.085 + 40 * 0.08 + (terabytes - 50) * 0.06),
    'data of CloudFront to the lanes': toLanes * SECONDS * 1e-9 * 0.02,
    'connection minutes': 1e5 * 60 * HOURS * 2.5e-7,
    'writes of tickets and rate limits': (10 * renewals + 1) * SECONDS * 6.25e-7,
  });
});
