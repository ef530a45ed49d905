import type { CanaryReport } from '../../../lambda/canary/canary';
import { createHandler } from '../../../lambda/canary/create-handler';
import type { Line } from '../../../lambda/logger';
import { violationsOf } from '../embedded-format';

const REPORT: CanaryReport = {
  checks: {
    signIn: { outcome: 'passed' },
    http: { outcome: 'failed', reason: 'GET https://api.example.com/health: answered 503 instead of 200' },
    webSocket: { outcome: 'passed' },
    delivery: { outcome: 'notTried', because: 'the HTTP lane failed' },
  },
  measurements: { firstRequest: 40.5, firstRequestRatio: 8, publishToPush: Number.NaN },
};

function setUp(throws = false) {
  const lines: string[] = [];
  const logged: Line[] = [];
  const handler = createHandler({
    name: 'prod-canary',
    run: async () => REPORT,
    throws,
    logger: (line) => void logged.push(line),
    output: (line) => void lines.push(line),
  });
  return { handler, lines, logged };
}

test('a run is one line in the embedded metric format, without checks that were not tried and measurements that failed', async () => {
  const { handler, lines } = setUp();
  expect(await handler()).toBe(REPORT);
  expect(lines.map(violationsOf)).toEqual([[]]);
  const { _aws, ...members } = JSON.parse(lines[0] ?? '');
  expect(members).toEqual({
    Canary: 'prod-canary',
    SignInSuccess: 100,
    HttpSuccess: 0,
    WebSocketSuccess: 100,
    FirstRequest: 40.5,
    FirstRequestRatio: 8,
  });
  expect(_aws.CloudWatchMetrics).toEqual([
    {
      Namespace: 'Twinlane',
      Dimensions: [['Canary']],
      Metrics: [
        { Name: 'SignInSuccess', Unit: 'Percent' },
        { Name: 'HttpSuccess', Unit: 'Percent' },
        { Name: 'WebSocketSuccess', Unit: 'Percent' },
        { Name: 'FirstRequest', Unit: 'Milliseconds' },
        { Name: 'FirstRequestRatio', Unit: 'None' },
      ],
    },
  ]);
});

test('a run is one line of the log, with the outcome and the reason of each check', async () => {
  const { handler, logged } = setUp();
  await handler();
  expect(logged).toEqual([
    {
      event: 'canary',
      signIn: 'passed',
      http: 'failed: GET https://api.example.com/health: answered 503 instead of 200',
      webSocket: 'passed',
      delivery: 'not tried: the HTTP lane failed',
    },
  ]);
});

test('a handler for CloudWatch Synthetics throws after it wrote everything, with the names of the failed checks', async () => {
  const { handler, lines, logged } = setUp(true);
  await expect(handler()).rejects.toThrow('Failed checks: HTTP lane. The log has the reasons');
  expect([lines.length, logged.length]).toEqual([1, 1]);
});
