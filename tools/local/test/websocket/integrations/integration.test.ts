import { text } from 'node:stream/consumers';
import type { IntegrationBlueprint, MappingBlueprint } from '../../../blueprint';
import type { Outcome } from '../../../functions/outcome';
import { type LoopbackServer, serveOnLoopback } from '../../loopback-server';
import { DEVELOPER, type Event, frame, type Route, Running, type Setup } from '../running';

const ROLE = 'arn:aws:iam::123456789012:role/Gateway';
const FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:greet';

let running: Running;
let service: LoopbackServer | undefined;
afterEach(async () => {
  await running.stop();
  await service?.close();
  service = undefined;
});

const NO_MAPPING: MappingBlueprint = {
  requestTemplates: {},
  passthroughBehavior: 'WHEN_NO_MATCH',
  requestParameters: {},
  responses: [],
};

function mock(statusCode: number, responses: MappingBlueprint['responses'] = []): IntegrationBlueprint {
  const requestTemplates = { $default: `{"statusCode":${statusCode}}` };
  return { type: 'MOCK', ...NO_MAPPING, requestTemplates, responses };
}

function response(key: string, template?: string): MappingBlueprint['responses'][number] {
  return { key, templates: template === undefined ? {} : { $default: template }, parameters: {} };
}

const PUT_ITEM = { service: 'dynamodb', region: 'eu-central-1', action: 'PutItem' };

function aws(mapping: Partial<MappingBlueprint> = {}): IntegrationBlueprint {
  return { type: 'AWS', target: PUT_ITEM, credentialsArn: ROLE, ...NO_MAPPING, ...mapping };
}

function lambda(mapping: Partial<MappingBlueprint> = {}, credentialsArn?: string): IntegrationBlueprint {
  return {
    type: 'AWS',
    target: { functionArn: FUNCTION },
    ...(credentialsArn && { credentialsArn }),
    ...NO_MAPPING,
    ...mapping,
  };
}

/** Runs an AWS service that answers with the status and the body. @returns the bodies that it receives */
async function serve(status: number, body: string): Promise<string[]> {
  const bodies: string[] = [];
  service = await serveOnLoopback(async (request, answer) => {
    bodies.push(await text(request));
    answer.writeHead(status).end(body);
  });
  return bodies;
}

async function start(routes: Route[], setup: Setup = {}): Promise<Running> {
  return Running.start({ routes, ...(service && { awsEndpoint: service.endpoint }), ...setup });
}

/** Sends a message to the default route. @returns the answer */
async function answered(route: Route, message = 'ping', setup: Setup = {}): Promise<string> {
  running = await start([{ returnsResponse: true, ...route }], setup);
  const client = await running.connected();
  client.send(message);
  return frame(client);
}

const FAILED = expect.stringMatching(/^\{"message": "Internal server error", "connectionId":"/);

describe('a MOCK integration', () => {
  test('of $connect admits clients', async () => {
    running = await start([{ routeKey: '$connect', integration: mock(200) }]);
    const client = await running.connected();
    expect(client.readyState).toBe(client.OPEN);
  });

  test('of $connect refuses clients with another status than 2xx', async () => {
    running = await start([{ routeKey: '$connect', integration: mock(403) }]);
    expect((await running.refused()).status).toBe(403);
  });

  test.each(['403', '200'])('of $connect does not replace the authorizer, which decides first: %s', async (ticket) => {
    const authorizer = { functionArn: 'authorizer', identitySources: ['route.request.querystring.ticket'] };
    const functions = {
      authorizer: ({ queryStringParameters: query, methodArn }: Event) => ({
        principalId: 'me',
        policyDocument: {
          Statement: {
            Effect: query.ticket === '200' ? 'Allow' : 'Deny',
            Action: 'execute-api:Invoke',
            Resource: methodArn,
          },
        },
      }),
    };
    running = await start([{ routeKey: '$connect', integration: mock(200), authorizer }], { functions });
    expect((await running.refused('/')).status).toBe(401);
    if (ticket === '200') {
      await running.connected('/?ticket=200');
    } else {
      expect((await running.refused('/?ticket=403')).status).toBe(403);
    }
  });

  test('selects a subprotocol with a response parameter', async () => {
    const parameters = { 'route.response.header.Sec-WebSocket-Protocol': "'chat'" };
    const integration = mock(200, [{ key: '$default', templates: {}, parameters }]);
    running = await start([{ routeKey: '$connect', integration, returnsResponse: true }]);
    expect((await running.connected('/', {}, ['chat'])).protocol).toBe('chat');
  });

  test('answers with the template of its integration response', async () => {
    const integration = mock(200, [response('/200/', '{"pong":"$context.connectionId"}')]);
    expect(await answered({ integration })).toMatch(/^\{"pong":"[\w-]{15}="\}$/);
  });

  test('without a template in its request answers, too', async () => {
    const integration: IntegrationBlueprint = { type: 'MOCK', ...NO_MAPPING, responses: [response('$default', 'yes')] };
    expect(await answered({ integration })).toBe('yes');
  });

  test('whose template has no statusCode fails, and the log has the reason', async () => {
    const integration: IntegrationBlueprint = { type: 'MOCK', ...NO_MAPPING, requestTemplates: { $default: '{}' } };
    expect(await answered({ integration })).toEqual(FAILED);
    expect(running.log.at(-1)).toMatchObject({ level: 'error', text: expect.stringContaining('statusCode') });
  });

  test('fails if the key of a response is not a valid pattern', async () => {
    expect(await answered({ integration: mock(200, [response('/(/', 'x')]) })).toEqual(FAILED);
  });

  test('of a route that answers fails without an integration response for its status', async () => {
    expect(await answered({ integration: mock(200, [response('/4../', 'x')]) })).toEqual(FAILED);
  });
});

describe('an integration with an AWS service', () => {
  test('sends the mapped message and answers with the mapped answer', async () => {
    const bodies = await serve(200, '{"Attributes":{"n":1}}');
    const integration = aws({
      requestTemplates: { $default: '{"id":"$context.connectionId","text":$input.json(\'$.text\')}' },
      responses: [response('$default', "n is $input.path('$.Attributes.n')")],
    });
    expect(await answered({ integration }, '{"text":"hi"}')).toBe('n is 1');
    expect(bodies).toEqual([expect.stringMatching(/^\{"id":"[\w-]{15}=","text":"hi"\}$/)]);
  });

  test('of $connect admits clients once the service has answered', async () => {
    const bodies = await serve(200, '{}');
    running = await start([
      { routeKey: '$connect', integration: aws({ requestTemplates: { $default: "$input.params('token')" } }) },
    ]);
    await running.connected('/?token=abc');
    expect(bodies).toEqual(['abc']);
  });

  test('that fails refuses $connect with 502, whatever its integration responses are', async () => {
    await serve(400, '{"__type":"AccessDeniedException"}');
    running = await start([{ routeKey: '$connect', integration: aws({ responses: [response('$default')] }) }]);
    expect((await running.refused()).status).toBe(502);
    expect(running.log.some(({ text: line }) => line.includes('AccessDeniedException'))).toBe(true);
  });

  test.each([true, false])(
    'that fails without an integration response is an Internal server error (the route answers: %s)',
    async (returnsResponse) => {
      await serve(400, '{"__type":"AccessDeniedException"}');
      expect(await answered({ integration: aws(), returnsResponse })).toEqual(FAILED);
    },
  );

  test('that fails answers with the integration response for its status', async () => {
    await serve(400, '{"__type":"ValidationException"}');
    const integration = aws({
      responses: [response('/4\\d\\d/', "$input.path('$.__type')"), response('$default', 'ok')],
    });
    expect(await answered({ integration })).toBe('ValidationException');
  });

  test('that cannot be called is an Internal server error', async () => {
    expect(await answered({ integration: aws({ responses: [response('$default')] }) })).toEqual(FAILED);
  });

  test('of $disconnect receives the context of the connection', async () => {
    const bodies = await serve(200, '{}');
    running = await start([
      { routeKey: '$disconnect', integration: aws({ requestTemplates: { $default: '$context.eventType' } }) },
    ]);
    (await running.connected()).close();
    await running.until(() => running.log.some(({ text: line }) => line.includes('$disconnect: 200')));
    expect(bodies).toEqual(['DISCONNECT']);
  });
});

describe('an integration with a function that is not a proxy', () => {
  const events: unknown[] = [];
  const invoking = (outcome: Outcome): Setup => ({
    invoke: async (functionArn, event) => {
      events.push([functionArn, event]);
      return outcome;
    },
  });
  beforeEach(() => events.splice(0));

  test('invokes it with the mapped event, and answers with its whole payload', async () => {
    const integration = lambda({
      requestTemplates: { 'application/json': '{"body":"$util.escapeJavaScript($input.body)"}' },
      responses: [response('$default')],
    });
    expect(await answered({ integration }, 'say "hi"', invoking({ payload: { statusCode: 500 } }))).toBe(
      '{"statusCode":500}',
    );
    expect(events).toEqual([[FUNCTION, { body: 'say "hi"' }]]);
  });

  test('selects the integration response by the message of an error', async () => {
    const outcome: Outcome = { error: 'Unhandled', message: 'x', payload: { errorMessage: 'Not found: a' } };
    const integration = lambda({ responses: [response('/Not found.*/', 'none'), response('$default')] });
    expect(await answered({ integration }, '{}', invoking(outcome))).toBe('none');
  });

  test('fails if the mapped event is not JSON', async () => {
    expect(await answered({ integration: lambda() }, 'ping', invoking({ payload: {} }))).toEqual(FAILED);
    expect(events).toEqual([]);
  });

  test('fails if the function does not answer in time', async () => {
    const outcome: Outcome = { error: 'TimedOut', message: 'no answer', payload: undefined };
    const integration = lambda({ responses: [response('$default')] });
    expect(await answered({ integration }, '{}', invoking(outcome))).toEqual(FAILED);
  });

  test('does not wait for an invocation of the type Event', async () => {
    const requestParameters = { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" };
    const integration = lambda({ requestParameters, responses: [response('/202/', 'accepted')] });
    const setup: Setup = { invoke: () => new Promise(() => undefined) };
    expect(await answered({ integration }, '{}', setup)).toBe('accepted');
  });

  test('fails if its role may not invoke the function, and the log has the statement to add', async () => {
    const statementToAdd = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: FUNCTION };
    const identity = { ...DEVELOPER, authorize: async () => ({ allowed: false, statementToAdd }) };
    const setup = { ...invoking({ payload: {} }), identity };
    expect(await answered({ integration: lambda({}, ROLE) }, '{}', setup)).toEqual(FAILED);
    expect(events).toEqual([]);
    expect(running.log.some(({ text: line }) => line.includes(JSON.stringify(statementToAdd)))).toBe(true);
  });
});

test('an integration that does not run here is an Internal server error, and the log has the reason', async () => {
  const integration: IntegrationBlueprint = { type: 'NONE', reason: 'the service states does not run here' };
  expect(await answered({ integration })).toEqual(FAILED);
  expect(running.log.at(-1)?.text).toContain('the service states does not run here');
});
