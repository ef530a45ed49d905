import { loadAssembly } from '../../assembly/load-assembly';
import { consoleApp } from '../../console/app';
import { parcelApp } from '../fixture-app';

const { stacks, picture, endpoints, pools, stores } = consoleApp(loadAssembly(parcelApp()), {
  endpoints: [{ kind: 'websocket', logicalId: 'DeskBDDAF902', stack: 'Parcels', url: 'ws://localhost:1/clerks' }],
});
const resources = picture.columns.flatMap((column) => column.resources);
const nameOf = (id: string) => resources.find((resource) => resource.id === id)?.name ?? id;
const texts = picture.relations.map(({ from, to, text, isEvent }) =>
  [...[nameOf(from), text, nameOf(to)], ...(isEvent ? ['(events)'] : [])].join(' '),
);

test('the picture has the resources in columns', () => {
  expect(
    picture.columns.map(({ title, resources: members }) => [title, members.map(({ kind, name }) => `${kind} ${name}`)]),
  ).toEqual([
    ['Entry points', [expect.stringContaining('Load balancer'), 'WebSocket API Tracking', 'WebSocket API Desk']],
    [
      'Functions and services',
      ['Worker', 'Notifier', 'ByPath', 'ByHeader', 'TrackingAnswer', 'Ticket', 'Clerk', 'Enter'].map(
        (name) => `Function ${name}`,
      ),
    ],
    ['Tables and queues', ['Table Parcels', 'Queue Undeliverable', 'Queue Orders', 'Queue Notices']],
  ]);
});

test('it connects routes and authorizers with their functions', () => {
  expect(texts).toContain('Desk $connect to Enter');
  expect(texts).toContain('Desk authorizes with Ticket');
  expect(texts).toContain('Tracking watch to TrackingAnswer');
});

test('it connects functions with what their roles allow', () => {
  expect(texts).toContain('Worker writes Parcels');
  expect(texts).toContain('ByPath reads and writes Parcels');
  expect(texts).toContain('Clerk sends to Orders');
  expect(texts).toContain('TrackingAnswer posts to connections of Tracking');
});

test('it shows events from a table and a queue, and the targets of a listener', () => {
  expect(texts).toContain('Orders invokes Worker (events)');
  expect(texts).toContain('Parcels invokes Notifier (events)');
  expect(texts.filter((text) => text.endsWith('forwards to ByPath'))).toHaveLength(1);
});

test('an endpoint offers a frame for each route, and knows where the authorizer looks for a token', () => {
  expect(endpoints).toEqual([
    {
      url: 'ws://localhost:1/clerks',
      routes: [{ key: 'send', frame: '{"order":{"kind":"send"}}' }],
      tokenIn: { query: 'ticket' },
    },
  ]);
});

test('the app has its stacks, user pools, tables and queues', () => {
  expect(stacks).toEqual(['Parcels']);
  expect(pools).toEqual([]);
  expect(stores.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'Table Parcels',
    'Queue Undeliverable',
    'Queue Orders',
    'Queue Notices',
  ]);
});
