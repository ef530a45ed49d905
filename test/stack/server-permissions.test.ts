import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Template } from 'aws-cdk-lib/assertions';
import { AdmissionTable } from '../../lambda/adapters/admission-table';
import { DynamoConnectionOpener } from '../../lambda/adapters/connection-opener';
import { DynamoMessageLog } from '../../lambda/adapters/message-log';
import { Table } from '../../lambda/adapters/table';
import { TaskTable } from '../../lambda/adapters/task-table';
import { systemClock } from '../../lambda/system-clock';
import type { WebSocketTaskOptions } from '../../service/websocket/websocket-task';
import { LaneOfTasks } from '../service/websocket/lane-of-tasks';
import { operationsIn } from './operations';
import { stageStack } from './stages';
import { statementsOfRoles } from './statements';

/** Logical names of the tables in {@link LaneOfTasks}. */
const TABLES: Record<string, string> = {
  'WebSocketLane/ConnectionTable/Table': 'connections',
  'Admission/Table': 'admission',
  'MessageLog/Table': 'log',
};

const FRAMES = { perSecond: 20, burst: 200 };

/** A lane that records the operations of its tasks, but not those of the test itself. */
class RecordedLane extends LaneOfTasks {
  /** `connections PutItem TOPIC#`, for each operation so far. */
  readonly operations = new Set<string>();

  readonly recorded = new TaskTable(this.recordedTable('connections'), systemClock);

  /** Options of a task whose operations are recorded. A subject can have one connection. */
  get options(): Partial<WebSocketTaskOptions> {
    const clock = { ...systemClock, wait: (milliseconds: number) => delay(milliseconds, undefined, { ref: false }) };
    return {
      table: this.recorded,
      connectionOpener: new DynamoConnectionOpener({
        connections: this.recorded,
        admission: { table: this.recordedTable('admission'), name: 'admission' },
        connectionsPerSubject: 1,
        frames: FRAMES,
        clock,
      }),
      session: {
        log: new DynamoMessageLog({
          table: this.recordedTable('log'),
          retentionSeconds: 3600,
          clock,
          newId: randomUUID,
        }),
        rateLimits: new AdmissionTable(this.recordedTable('admission'), clock, { perSecond: 100, burst: 200 }),
        clock,
        newId: randomUUID,
      },
    };
  }

  private recordedTable(name: string): Table {
    const record = (operation: string, input: object) => {
      operationsIn(operation, input).forEach((each) => this.operations.add(each));
    };
    return new Table(
      {
        call: (operation, input, ...options) => {
          record(operation, input);
          return this.dynamo.call(operation, input, ...options);
        },
      },
      name,
      systemClock,
    );
  }
}

let lane: RecordedLane;

beforeEach(() => {
  lane = new RecordedLane();
});

afterEach(() => lane.stop());

test('the role of servers allows exactly the operations on tables that a server does in all parts of its life', async () => {
  const { task, url } = await lane.start(lane.options);
  const principal = lane.newPrincipal();
  const first = await lane.connect(url, principal);
  await first.ask({ action: 'subscribe', topic: 'room' });
  await first.ask({ action: 'presence', topic: 'room' });
  await first.ask({ action: 'publish', topic: 'room', id: randomUUID(), data: 1 });
  await first.ask({ action: 'ping' });
  // Takes the slot of the first connection, which is closed for that.
  await lane.connect(url, principal);
  // A subscription ends a minute after its last subscriber left. This is what the server does then.
  const subscribed = await lane.recorded.subscribeTask(
    { id: 'another', connectedAt: 0, address: '127.0.0.1:1', secret: '' },
    new Map([['acme/other', 1]]),
    new Map(),
  );
  for (const [topic, subscription] of subscribed) {
    await lane.recorded.unsubscribeTask(
      { id: 'another', connectedAt: 0, address: '', secret: '' },
      topic,
      subscription,
    );
  }
  await task.drain();
  expect([...lane.operations].sort()).toEqual(allowedToServers());
});

/** @returns the operations that the role of servers of the stage `servers` allows, in the format of {@link operationsIn} */
function allowedToServers(): string[] {
  const stack = stageStack('servers');
  return statementsOfRoles(stack, Template.fromStack(stack).toJSON())
    .filter(({ role }) => role === 'WebSocketLane/Servers/TaskDefinition/TaskRole')
    .flatMap(({ actions, resources, condition }) =>
      actions
        .filter((action) => action.startsWith('dynamodb:'))
        .flatMap((action) =>
          (condition.match(/[A-Z_]+#/g) ?? ['*']).map(
            (prefix) =>
              `${resources.map((table) => TABLES[table] ?? table).join()} ${action.slice('dynamodb:'.length)} ${prefix}`,
          ),
        ),
    )
    .sort();
}
