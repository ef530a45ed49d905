import { Duration } from 'aws-cdk-lib';
import { Gateway } from '../../../../lib/gateway/gateway';
import { Authentication } from '../../../../lib/authentication/authentication';
import { HttpCompute } from '../../../../lib/http-lane/http-compute';
import { Canary } from '../../../../lib/operation/canary/canary';
import type { TwinlaneProps } from '../../../../lib/twinlane';
import { WebSocketEntry } from '../../../../lib/websocket-lane/websocket-entry';
import { expectTable } from '../../../support/generated-table';
import { testStack } from '../../synthesized';
import { watchedTwinlane } from '../watched-lanes';
import { labelsOf, titleOf, widgetsOf } from './dashboard-body';

const DOCUMENT = 'docs/dashboard.md';

/** @returns the labels of the graphs of a dashboard with a canary, by the title of the widget */
function graphsOf(props: Partial<TwinlaneProps>): ReadonlyMap<string, string> {
  const stack = testStack();
  const operation = { canary: Canary.scheduled() };
  watchedTwinlane(stack, { authentication: Authentication.cognito(), ...props, operation });
  return new Map(
    widgetsOf(stack)
      .filter(({ properties }) => properties.metrics)
      .map((widget) => [titleOf(widget), labelsOf(widget).join('<br>')]),
  );
}

const rowOf = (title: string) => title.split(': ')[1] ?? '';

/** @returns the row and the graphs of a column */
const columnOf = (graphs: ReadonlyMap<string, string>, heading: string) =>
  [...graphs].filter(([title]) => title.startsWith(`${heading}: `)).map(([title, labels]) => [rowOf(title), labels]);

test('docs/dashboard.md has the graphs of both lanes with an API', () => {
  const graphs = graphsOf({});
  const [http = [], log = [], webSocket = []] = ['HTTP lane', 'Message log', 'WebSocket lane'].map((heading) =>
    columnOf(graphs, heading),
  );

  expectTable(
    DOCUMENT,
    'With API Gateway',
    http.map(([row = '', labels = ''], index) => [row, labels, log[index]?.[1] ?? '', webSocket[index]?.[1] ?? '']),
  );
});

test('docs/dashboard.md has the graphs of servers', () => {
  const graphs = graphsOf({
    http: { idleTimeout: Duration.minutes(10) },
    webSocket: { entry: WebSocketEntry.servers() },
  });
  const withApi = graphsOf({});

  expectTable(DOCUMENT, 'With servers', columnOf(graphs, 'WebSocket lane') as string[][]);
  for (const heading of ['HTTP lane', 'Message log']) {
    expect(columnOf(graphs, heading)).toEqual(columnOf(withApi, heading));
  }
});

test('docs/dashboard.md has the graphs of a function, and of a distribution', () => {
  const withTasks = graphsOf({});
  const withFunction = [...graphsOf({ http: { compute: HttpCompute.lambda() } })];
  const withGateway = [...graphsOf({ gateway: Gateway.cloudFront({ hostName: 'app.example.com' }) })];

  expectTable(DOCUMENT, 'Other graphs', [
    ...withFunction
      .filter(([title, labels]) => withTasks.get(title) !== labels)
      .map(([title, labels]) => ['HTTP lane with a function', rowOf(title), labels]),
    ...withGateway
      .filter(([title]) => title.startsWith('Gateway: '))
      .map(([title, labels]) => ['CloudFront', rowOf(title), labels]),
  ]);
});
