import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { LogLine } from '../../log-line';
import { parcelApp } from '../fixture-app';
import { RunningApp } from '../running-app';

jest.setTimeout(20_000);

interface Statement {
  readonly Effect: string;
  Action: string | string[];
  readonly Resource: unknown;
}

let assembly: string;
let app: RunningApp | undefined;

beforeEach(() => {
  assembly = parcelApp();
});

afterEach(async () => {
  await app?.stop();
  app = undefined;
});

test("a call that is not granted fails with DynamoDB's own error, and works with the statement from the log", async () => {
  withoutGrant('ByPath', 'dynamodb:PutItem');
  app = await RunningApp.start(assembly);
  const { status, body } = await put(app);
  const resource = expect.stringMatching(/^arn:aws:dynamodb:eu-west-1:000000000000:table\/Parcels/);
  expect([status, body]).toEqual([
    500,
    {
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /^User: arn:aws:sts::000000000000:assumed-role\/\S*ByPath\S*\/local is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:\S+ because no identity-based policy allows the dynamodb:PutItem action$/,
      ),
    },
  ]);
  const [line, ...others] = denials(app.log);
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    process: 'aws',
    level: 'warn',
    text: expect.stringMatching(/ByPath\S* is not allowed to call dynamodb:PutItem on arn:/),
  });
  const statement = statementIn(line);
  expect(statement).toEqual({ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: resource });
  await app.stop();

  changePolicy('ByPath', (statements) => [...statements, statement]);
  app = await RunningApp.start(assembly);
  expect((await put(app)).status).toBe(200);
});

test('a post to a connection that is not granted fails, and works with the statement from the log', async () => {
  withoutGrant('TrackingAnswer', 'execute-api:ManageConnections');
  app = await RunningApp.start(assembly);
  expect(await watch(app)).toMatch(/^\{"message": "Internal server error"/);
  const [line, ...others] = denials(app.log);
  expect(others).toEqual([]);
  expect(line).toMatchObject({ process: 'websocket', level: 'warn' });
  expect(line?.text).toMatch(/TrackingAnswer\S* is not allowed to call execute-api:ManageConnections on arn:/);
  const statement = statementIn(line);
  await app.stop();

  changePolicy('TrackingAnswer', () => [statement]);
  app = await RunningApp.start(assembly);
  expect(await watch(app)).toMatch(/^watching/);
});

test('no call is denied with --iam off', async () => {
  withoutGrant('ByPath', 'dynamodb:PutItem');
  withoutGrant('TrackingAnswer', 'execute-api:ManageConnections');
  app = await RunningApp.start(assembly, { iam: 'off' });
  expect((await put(app)).status).toBe(200);
  expect(await watch(app)).toMatch(/^watching/);
  expect(denials(app.log)).toEqual([]);
});

async function put(running: RunningApp): Promise<{ status: number; body: unknown }> {
  const body = JSON.stringify({ id: 'p1', city: 'Oslo', status: 'sent' });
  const response = await fetch(`${running.url('http')}/parcels`, { method: 'PUT', body });
  return { status: response.status, body: await response.json() };
}

async function watch(running: RunningApp): Promise<string> {
  const socket = new WebSocket(running.url('websocket', 'Tracking'));
  await once(socket, 'open');
  const answer = once(socket, 'message');
  socket.send('{"type":"watch"}');
  const [data] = await answer;
  socket.terminate();
  return data.toString();
}

function denials(log: readonly LogLine[]): LogLine[] {
  return log.filter(({ text }) => text.includes(' is not allowed to call '));
}

/** @returns the statement to add, from the end of a log line. */
function statementIn(line: LogLine | undefined): Statement {
  return JSON.parse(line?.text.match(/\{.*\}$/)?.[0] ?? '');
}

/** Removes one action from the policy of a function in the template. */
function withoutGrant(functionId: string, action: string): void {
  changePolicy(functionId, (statements) =>
    statements.flatMap((statement) => {
      const left = [statement.Action].flat().filter((allowed) => allowed !== action);
      return left.length > 0 ? [{ ...statement, Action: left }] : [];
    }),
  );
}

function changePolicy(functionId: string, change: (statements: Statement[]) => Statement[]): void {
  const file = join(assembly, 'Parcels.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8'));
  const [id] = Object.keys(template.Resources).filter((name) =>
    name.startsWith(`${functionId}ServiceRoleDefaultPolicy`),
  );
  const { PolicyDocument } = template.Resources[id ?? ''].Properties;
  PolicyDocument.Statement = change(PolicyDocument.Statement);
  writeFileSync(file, JSON.stringify(template));
}
