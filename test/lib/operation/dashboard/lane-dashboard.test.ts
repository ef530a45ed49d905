import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CANARY_METRICS } from '../../../../lambda/canary/canary-metrics';
import { METRIC_NAMESPACE } from '../../../../lambda/metrics';
import { Gateway } from '../../../../lib/gateway/gateway';
import { HttpCompute } from '../../../../lib/http-lane/http-compute';
import { Canary } from '../../../../lib/operation/canary/canary';
import { LaneDashboard } from '../../../../lib/operation/dashboard/lane-dashboard';
import { LaneHealth } from '../../../../lib/operation/lane-health';
import type { Watched } from '../../../../lib/operation/watched';
import { MessageLog } from '../../../../lib/storage/message-log';
import type { TwinlaneProps } from '../../../../lib/twinlane';
import { LaneRoute } from '../../../../lib/websocket-lane/api-gateway/lane-route';
import { ServersLoadBalancer } from '../../../../lib/websocket-lane/servers/servers-load-balancer';
import { WebSocketEntry } from '../../../../lib/websocket-lane/websocket-entry';
import { unknownMetric } from '../../../support/known-metrics';
import { admission, apiGatewayOf, exampleFargate, httpLane, twinlane, webSocketLane } from '../../lanes';
import { testApp, testStack } from '../../synthesized';
import { lanesWithCanary } from '../canary/canary-lanes';
import { expressionsOf, labelsOf, metricsOf, titleOf, type Widget, widgetsOf } from './dashboard-body';

const COLUMNS = ['HTTP lane', 'Message log', 'WebSocket lane'];

/** Adds a dashboard, and the health of each lane with one alarm, and one that notifies by itself. */
function addDashboard(stack: Stack, watched: Watched, runbookUrl = 'docs/runbook.md'): void {
  const alarmTopic = new Topic(stack, 'Alarms');
  const healthOf = (lane: 'http' | 'websocket' | 'log') =>
    new LaneHealth(stack, `Health-${lane}`, {
      lane,
      alarms: [true, false].map((notifiesItself) => ({
        id: `${lane}-${notifiesItself ? 'lasting' : 'errors'}`,
        problem: 'Requests fail.',
        metric: new Metric({ namespace: 'AWS/Lambda', metricName: 'Errors' }),
        threshold: 0,
        datapointsToAlarm: 3,
        evaluationPeriods: 3,
        notifiesItself,
        console: 'lambda/home',
      })),
      sharedAlarms: [],
      naming: { prefix: 'Test', runbookUrl },
      alarmTopic,
    });
  new LaneDashboard(stack, 'Dashboard', {
    watched,
    health: {
      ...(watched.httpLane && { http: healthOf('http') }),
      ...(watched.messageLog && { log: healthOf('log') }),
      ...(watched.webSocketLane && { webSocket: healthOf('websocket') }),
    },
    dashboardName: 'Test',
    runbookUrl,
  });
}

/** @returns the widgets of a dashboard of both lanes */
function dashboardOf(props: Partial<TwinlaneProps> = {}): Widget[] {
  const stack = testStack();
  addDashboard(stack, twinlane(stack, props));
  return widgetsOf(stack);
}

const servers = (loadBalancer: ServersLoadBalancer): Partial<TwinlaneProps> => ({
  http: { compute: exampleFargate(), idleTimeout: Duration.minutes(10) },
  webSocket: { entry: WebSocketEntry.servers({ loadBalancer }) },
});

/** Each kind of deployment of both lanes. */
const DEPLOYMENTS: Readonly<Record<string, Partial<TwinlaneProps>>> = {
  'an API and tasks': {},
  'an API and a function': { http: { compute: HttpCompute.lambda() } },
  'servers behind a load balancer of their own': servers(ServersLoadBalancer.own()),
  'servers behind the load balancer of the HTTP lane': servers(ServersLoadBalancer.shared()),
  'servers of another image': {
    webSocket: { entry: WebSocketEntry.servers({ image: ContainerImage.fromRegistry('centrifugo/centrifugo:v6') }) },
  },
  'a distribution in front of both lanes': { gateway: Gateway.cloudFront({ hostName: 'app.example.com' }) },
};

const built = new Map(Object.entries(DEPLOYMENTS).map(([name, props]) => [name, once(() => dashboardOf(props))]));

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** @returns the widgets of a column, without the row of a gateway */
const columnOf = (widgets: readonly Widget[], heading: string) =>
  widgets.filter((widget) => titleOf(widget).startsWith(`${heading}: `));

const widgetOf = (widgets: readonly Widget[], title: string): Widget => {
  const [widget, ...others] = widgets.filter((each) => titleOf(each) === title);
  if (!widget || others.length > 0) {
    throw new Error(`The dashboard must have one widget ${title}`);
  }
  return widget;
};

describe.each([...built])('The dashboard of %s', (name, dashboard) => {
  it('has the same rows in three columns of equal width', () => {
    const columns = COLUMNS.map((heading) => columnOf(dashboard(), heading));

    expect(columns.map((widgets) => widgets.map(({ y, height }) => [y, height]))).toEqual(
      columns.map(() => columns[0]?.map(({ y, height }) => [y, height])),
    );
    expect(columns.map((widgets) => new Set(widgets.map(({ x, width }) => `${x} to ${x + width}`)))).toEqual([
      new Set(['0 to 8']),
      new Set(['8 to 16']),
      new Set(['16 to 24']),
    ]);
    expect(columns[0]?.map((widget) => titleOf(widget).split(': ')[1])).toEqual([
      ...['alarms', 'traffic', 'errors', 'latency', 'saturation', 'throttles', 'refusals', 'cost'],
    ]);
  });

  it('has no widget that overlaps another one or leaves the grid', () => {
    const taken = dashboard().flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
    );

    expect(new Set(taken).size).toBe(taken.length);
    expect(dashboard().filter(({ x, width }) => x + width > 24)).toEqual([]);
  });

  it('has only metrics that exist', () => {
    const metrics = dashboard().flatMap(metricsOf);
    const problems = metrics.flatMap(
      ({ namespace, name, dimensions }) => unknownMetric(namespace, name, Object.keys(dimensions)) ?? [],
    );

    expect(problems).toEqual([]);
    expect(metrics.length).toBeGreaterThan(25);
  });

  it('has a period of 1 minute and a label for each metric that it shows', () => {
    const incomplete = dashboard()
      .flatMap(metricsOf)
      .filter(({ options }) => options.period !== 60 || (!options.label && options.visible !== false));

    expect(incomplete).toEqual([]);
  });

  it('fills each metric of an expression, which otherwise has no value where one of them has none', () => {
    for (const widget of dashboard()) {
      const ids = metricsOf(widget).flatMap(({ options }) => (options.id === undefined ? [] : [String(options.id)]));
      const expressions = expressionsOf(widget).map(({ expression }) => expression);
      for (const id of ids) {
        expect(expressions.filter((expression) => expression.includes(`FILL(${id}, 0)`))).not.toEqual([]);
      }
      expect(expressions.filter((expression) => !expression.includes('FILL('))).toEqual([]);
    }
  });

  it('keeps the limits of CloudWatch', () => {
    expect(dashboard().length).toBeLessThanOrEqual(500);
    expect(dashboard().filter(({ properties }) => (properties.metrics ?? []).length > 500)).toEqual([]);
  });

  it('shows the composite alarm of each lane before its alarms, and those that notify by themselves after them', () => {
    for (const heading of COLUMNS) {
      const { type, properties } = widgetOf(dashboard(), `${heading}: alarms`);

      expect({ type, alarms: properties.alarms?.length }).toEqual({ type: 'alarm', alarms: 3 });
      expect(properties.alarms?.[0]).toMatch(/Health/);
      expect(properties.alarms?.[2]).toMatch(/lasting/);
    }
  });

  it(`has graphs in all cells${name === 'servers of another image' ? ' that have metrics' : ''}`, () => {
    const reasons = dashboard().filter((widget) => widget.type === 'text' && titleOf(widget) !== '');

    expect(reasons.map(titleOf)).toEqual(
      name === 'servers of another image'
        ? [
            ...['traffic', 'errors', 'latency', 'saturation'].map((row) => `Message log: ${row}`),
            'WebSocket lane: refusals',
          ]
        : [],
    );
  });
});

/** @returns the dashboard of one of the deployments above */
function dashboardWith(name: keyof typeof DEPLOYMENTS): Widget[] {
  return (built.get(name) ?? (() => []))();
}

/** Statistics that differ from the sum. One of the same metric elsewhere would show another number. */
const STATISTICS: Readonly<Record<string, readonly unknown[]>> = {
  ConnectCount: ['SampleCount'],
  MessageCount: ['SampleCount'],
  TargetResponseTime: ['p50', 'p99'],
  IntegrationLatency: ['p50', 'p99'],
  PushLatency: ['p50', 'p99'],
  HealthyHostCount: ['Minimum'],
  // The default of CloudWatch, the average.
  ...{ CPUUtilization: [undefined], MemoryUtilization: [undefined], Gaps: [undefined] },
  ...{ '4xxErrorRate': [undefined], '5xxErrorRate': [undefined] },
  ...{ IteratorAge: ['Maximum'], ApproximateAgeOfOldestMessage: ['Maximum'] },
  ...{ ApproximateNumberOfMessagesVisible: ['Maximum'], ConcurrentExecutions: ['Maximum'] },
  OpenConnections: ['Maximum', 'Sum'],
};

it('each metric has the statistic with which it means something', () => {
  const found = new Map<string, Set<unknown>>();
  for (const { name, options } of [...built.values()].flatMap((dashboard) => dashboard()).flatMap(metricsOf)) {
    found.set(name, (found.get(name) ?? new Set()).add(options.stat));
  }

  expect(Object.fromEntries([...found].map(([name, statistics]) => [name, [...statistics].sort()]))).toEqual(
    Object.fromEntries([...found.keys()].map((name) => [name, STATISTICS[name] ?? ['Sum']])),
  );
  expect(Object.keys(STATISTICS).filter((name) => !found.has(name))).toEqual([]);
});

it('the share of gaps is that of the HTTP lane, which answers pages of history', () => {
  const { left = {}, Gaps = {} } = Object.fromEntries(
    metricsOf(widgetOf(dashboardWith('an API and tasks'), 'Message log: gone, left and gaps')).map(
      ({ name, dimensions }) => [name === 'Gaps' ? name : 'left', dimensions],
    ),
  );
  const [refused] = metricsOf(widgetOf(dashboardWith('an API and tasks'), 'HTTP lane: refusals'));

  expect(Gaps.Lane).toBe(refused?.dimensions.Lane);
  expect(left.Lane).not.toBe(Gaps.Lane);
});

it('an API has an estimate of its open connections, from the frames of clients', () => {
  const traffic = widgetOf(dashboardWith('an API and tasks'), 'WebSocket lane: traffic');

  expect(expressionsOf(traffic)).toMatchObject([
    {
      label: 'open connections, at most (from pings)',
      expression: 'FILL(pings, 0) / PERIOD(pings) * 240',
      yAxis: 'right',
    },
  ]);
  expect(metricsOf(traffic).find(({ options }) => options.id === 'pings')).toMatchObject({
    namespace: 'AWS/Lambda',
    name: 'Invocations',
    dimensions: { FunctionName: expect.stringContaining('Message') },
  });
});

it('servers have the sum of the open connections of all tasks, each of which reports every 20 s', () => {
  const traffic = widgetOf(dashboardWith('servers behind a load balancer of their own'), 'WebSocket lane: traffic');

  expect(expressionsOf(traffic)).toMatchObject([
    { label: 'open connections', expression: 'FILL(values, 0) * 20 / PERIOD(values)', yAxis: 'right' },
  ]);
  expect(metricsOf(traffic).find(({ options }) => options.id === 'values')).toMatchObject({
    name: 'OpenConnections',
    options: { stat: 'Sum' },
  });
});

it('each lane has a line for each reason of a refusal, with the name of the lane', () => {
  const dimensionsOf = (title: string) =>
    metricsOf(widgetOf(dashboardWith('an API and tasks'), title)).map(({ dimensions }) => dimensions);
  const reasons = ['unauthorized', 'forbidden', 'rate_limited', 'unavailable', 'internal'];
  const http = dimensionsOf('HTTP lane: refusals');
  const webSocket = dimensionsOf('WebSocket lane: refusals');

  expect(http.map(({ Reason }) => Reason)).toEqual(reasons);
  expect(webSocket.map(({ Reason }) => Reason)).toEqual(reasons);
  expect(new Set(http.map(({ Lane }) => Lane))).toEqual(new Set([expect.stringContaining('HttpLane')]));
  expect(new Set(webSocket.map(({ Lane }) => Lane))).toEqual(new Set([expect.stringContaining('WebSocketLane')]));
});

it.each([
  ['an API and tasks', 'maximum of tasks', 10],
  ['an API and a function', 'reserved concurrency', 100],
])('the saturation of the HTTP lane of %s has a line at its maximum', (name, label, value) => {
  const { properties } = widgetOf(dashboardWith(name), 'HTTP lane: saturation');

  expect(properties.annotations?.horizontal).toMatchObject([{ label, value }]);
});

it('the graphs of a load balancer that both lanes use say so', () => {
  const labels = (name: string) => labelsOf(widgetOf(dashboardWith(name), 'WebSocket lane: cost'))[0];

  expect(labels('servers behind the load balancer of the HTTP lane')).toBe('LCUs, both lanes');
  expect(labels('servers behind a load balancer of their own')).toBe('LCUs');
});

it('a distribution has a row of its own, with metrics in the Region of CloudFront', () => {
  const row = dashboardWith('a distribution in front of both lanes').filter((one) =>
    titleOf(one).startsWith('Gateway'),
  );

  expect(row.map((widget) => [titleOf(widget), widget.x, labelsOf(widget)])).toEqual([
    ['Gateway: traffic', 0, ['requests']],
    ['Gateway: errors', 8, ['5xx', '4xx']],
    ['Gateway: cost', 16, ['bytes to clients']],
  ]);
  expect(new Set(row.map(({ y }) => y)).size).toBe(1);
  expect(
    row
      .flatMap(metricsOf)
      .filter(({ dimensions, options }) => dimensions.Region !== 'Global' || options.region !== 'us-east-1'),
  ).toEqual([]);
});

it.each([
  ['an API', {}],
  ['servers', { http: { idleTimeout: Duration.minutes(10) }, webSocket: { entry: WebSocketEntry.servers() } }],
])(
  'a canary of lanes with %s has a row above the graphs, with each check and measurement in the column of its lane',
  (_, props) => {
    const stack = testStack();
    lanesWithCanary(stack, Canary.scheduled({ every: Duration.minutes(10) }), props);
    const widgets = widgetsOf(stack);
    const row = widgets.filter((one) => titleOf(one).endsWith(': canary'));

    expect(row.map((widget) => [titleOf(widget), widget.x, labelsOf(widget)])).toEqual([
      [
        'HTTP lane: canary',
        0,
        [
          ...['success: HTTP', 'success: sign-in'],
          ...['first ÷ second request of a connection', 'requests beside ÷ without open sockets'],
        ],
      ],
      ['Message log: canary', 8, ['success: delivery', 'publish to push']],
      ['WebSocket lane: canary', 16, ['success: WebSocket']],
    ]);
    expect(new Set(row.map(({ y }) => y)).size).toBe(1);
    expect(row[0]?.y).toBeLessThan(widgetOf(widgets, 'HTTP lane: traffic').y);
  },
);

it('the metrics of a canary are those that its code writes, each with the period of its runs, and hide no bad run', () => {
  const stack = testStack();
  const { operation } = lanesWithCanary(stack, Canary.scheduled({ every: Duration.minutes(10) }));
  const metrics = widgetsOf(stack)
    .filter((one) => titleOf(one).endsWith(': canary'))
    .flatMap(metricsOf);
  const names = metrics.map(({ name }) => name);

  expect(names).toEqual(expect.arrayContaining(Object.values(CANARY_METRICS.checks)));
  for (const { namespace, name, dimensions, options } of metrics) {
    const isCheck = Object.values<string>(CANARY_METRICS.checks).includes(name);
    expect(isCheck || Object.values<string>(CANARY_METRICS.measurements).includes(name)).toBe(true);
    expect({ namespace, dimensions }).toEqual({
      namespace: METRIC_NAMESPACE,
      dimensions: { Canary: operation?.canary?.name },
    });
    expect(options).toMatchObject({ period: 600, stat: isCheck ? 'Minimum' : 'Maximum' });
  }
});

it('the dashboard has the metrics of a route that is added after it is created', () => {
  const stack = testStack();
  const lanes = twinlane(stack);
  addDashboard(stack, lanes);
  apiGatewayOf(lanes.webSocketLane).addRoute('late', LaneRoute.bundled({ entry: 'lambda/message.handler.ts' }));

  expect(labelsOf(widgetOf(widgetsOf(stack), 'WebSocket lane: errors'))).toContain('late');
});

it('a lane that stands alone has its column and that of the message log, side by side', () => {
  const columnsOf = (watched: (stack: Stack) => Watched) => {
    const stack = testStack();
    addDashboard(stack, watched(stack));
    const widgets = widgetsOf(stack);
    return COLUMNS.map((heading) => [...new Set(columnOf(widgets, heading).map(({ x }) => x))]);
  };

  expect(
    columnsOf((stack) => {
      const messageLog = new MessageLog(stack, 'MessageLog');
      return { httpLane: httpLane(stack, { messageLog }), messageLog };
    }),
  ).toEqual([[0], [8], []]);
  expect(
    columnsOf((stack) => {
      const messageLog = new MessageLog(stack, 'MessageLog');
      const access = admission(stack);
      return { webSocketLane: webSocketLane(stack, { messageLog, admission: access }), messageLog, admission: access };
    }),
  ).toEqual([[], [0], [8]]);
});

it('a cell without a graph says why', () => {
  const stack = testStack();
  const messageLog = new MessageLog(stack, 'MessageLog');
  addDashboard(stack, { httpLane: httpLane(stack, { messageLog }), messageLog });

  expect(widgetOf(widgetsOf(stack), 'Message log: latency').properties.markdown).toBe(
    '**Message log: latency**\n\nNo function of this stack delivers messages from the log.',
  );
});

it('a delivery whose message log is not watched has a column with the graphs of its functions', () => {
  const stack = testStack();
  const { delivery, webSocketLane } = twinlane(stack);
  addDashboard(stack, { delivery, webSocketLane });
  const widgets = widgetsOf(stack);

  expect(labelsOf(widgetOf(widgets, 'Message log: cost'))).toEqual(['frames posted']);
  expect(labelsOf(widgetOf(widgets, 'Message log: throttles'))).toEqual(['Push', 'Dispatch', 'Deliver']);
});

it('the name of the dashboard contains the Region, because the dashboards of an account share their names', () => {
  const nameIn = (env?: { region: string }) => {
    const stack = new Stack(testApp(), 'Test', { ...(env && { env }) });
    twinlane(stack, { operation: {}, removalPolicy: RemovalPolicy.DESTROY });
    const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    return dashboard?.Properties.DashboardName;
  };

  expect(nameIn({ region: 'us-east-1' })).toMatch(/^Test-.*us-east-1$/);
  expect(nameIn()).toEqual({ 'Fn::Join': ['', [expect.stringMatching(/^Test-/), { Ref: 'AWS::Region' }]] });
});

it('the dashboard links the URL, the logs and the runbook in each column', () => {
  const stack = testStack();
  addDashboard(stack, twinlane(stack), 'https://wiki.example.com/runbook');
  const [http, log, webSocket] = widgetsOf(stack)
    .filter(({ type }) => type === 'text')
    .map(({ properties }) => properties.markdown);
  const runbook = 'Runbook: [https://wiki.example.com/runbook](https://wiki.example.com/runbook)';

  expect(http).toMatch(/^URL: `https:\/\/api\.example\.com`\n\nLogs: \[tasks\]\([^ ]+\)\n\n/);
  expect(http).toContain('https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/');
  expect(log).toMatch(/^Logs: \[Push\].+ · \[Dispatch\].+ · \[Deliver\].+ · \[Revoke\].+\n\n/);
  expect(webSocket).toMatch(/^URL: `wss:.+`\n\nLogs: \[Connect\].+ · \[Disconnect\].+ · \[Message\].+\n\n/);
  expect([http, log, webSocket].filter((text) => !text?.endsWith(runbook))).toEqual([]);
});

it.each([
  ['us-east-1', 'https://us-east-1.console.aws.amazon.com/'],
  ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
  ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/'],
])('the links of a dashboard in %s lead to the console of its partition', (region, console) => {
  const stack = new Stack(testApp(), 'Test', { env: { region } });
  const messageLog = new MessageLog(stack, 'MessageLog');
  addDashboard(stack, { httpLane: httpLane(stack, { messageLog, compute: HttpCompute.lambda() }), messageLog });

  expect(widgetsOf(stack).find(({ type }) => type === 'text')?.properties.markdown).toContain(`[Service](${console}`);
});
