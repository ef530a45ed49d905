import type { MappingBlueprint } from '../../../blueprint';
import { IntegrationFailure, requestOf, responseOf, type RouteEvent } from '../../../websocket/integrations/mapping';
import { mockResponse } from '../../../websocket/integrations/mock';

const EVENT: RouteEvent = {
  requestContext: { connectionId: 'id=', authorizer: { tenant: 't1' } },
  headers: { 'X-Color': 'red' },
  queryStringParameters: { token: 'abc' },
  stageVariables: { color: 'blue' },
  body: '{"kind":"order","deep":{"kind":"inner"}}',
};

function mapping(properties: Partial<MappingBlueprint> = {}): MappingBlueprint {
  return {
    requestTemplates: {},
    passthroughBehavior: 'WHEN_NO_MATCH',
    requestParameters: {},
    responses: [],
    ...properties,
  };
}

function bodyOf(properties: Partial<MappingBlueprint>): string {
  return requestOf(mapping(properties), EVENT).body;
}

const TEMPLATES = { $default: 'default', order: 'order', inner: 'inner', '200': 'fixed', 'application/json': 'json' };

test.each([
  ['\\$default', 'default'],
  ['200', 'fixed'],
  ['$request.body.kind', 'order'],
  ['${request.body.kind}', 'order'],
  ['${request.body.deep.kind}', 'inner'],
  ['$request.body.missing', 'default'],
  ['no such key', 'default'],
  ['request.body.kind', 'default'],
  [undefined, 'json'],
])('the selection expression %s selects the template %s', (templateSelectionExpression, expected) => {
  expect(bodyOf({ requestTemplates: TEMPLATES, templateSelectionExpression })).toBe(expected);
});

test.each([
  ['WHEN_NO_MATCH', {}, EVENT.body],
  ['WHEN_NO_MATCH', { other: 'x' }, EVENT.body],
  ['WHEN_NO_TEMPLATES', {}, EVENT.body],
])('with %s and the templates %j the body passes through', (passthroughBehavior, requestTemplates, expected) => {
  expect(bodyOf({ passthroughBehavior, requestTemplates })).toBe(expected);
});

test.each([
  ['WHEN_NO_TEMPLATES', { other: 'x' }],
  ['NEVER', {}],
  ['NEVER', { other: 'x' }],
])('with %s and the templates %j the request is refused', (passthroughBehavior, requestTemplates) => {
  expect(() => bodyOf({ passthroughBehavior, requestTemplates })).toThrow(IntegrationFailure);
});

test('a template that fails is a failure of the integration, which names the cause', () => {
  const requestTemplates = { $default: "$input.json('$.a')" };
  const event = { ...EVENT, body: 'ping' };
  expect(() => requestOf(mapping({ requestTemplates }), event)).toThrow(/^a mapping template failed: .*JSON/);
});

test('request parameters become headers and query parameters, and one without a value is left out', () => {
  const { headers, query } = requestOf(
    mapping({
      requestParameters: {
        'integration.request.header.Content-Type': "'text/plain'",
        'integration.request.header.connection': 'context.connectionId',
        'integration.request.header.tenant': 'context.authorizer.tenant',
        'integration.request.header.color': 'stageVariables.color',
        'integration.request.header.missing': 'route.request.querystring.missing',
        'integration.request.querystring.token': 'route.request.querystring.token',
        'integration.request.querystring.color': 'route.request.header.x-color',
        'integration.request.querystring.kind': 'route.request.body.deep.kind',
      },
    }),
    EVENT,
  );
  expect(headers).toEqual({ 'Content-Type': 'text/plain', connection: 'id=', tenant: 't1', color: 'blue' });
  expect(query).toEqual({ token: 'abc', color: 'red', kind: 'inner' });
});

describe('an integration response', () => {
  const answer = { statusCode: 404, headers: { 'x-id': '7' }, body: '{"message":"none"}' };
  const response = (key: string, template?: string): MappingBlueprint['responses'][number] => ({
    key,
    templates: template === undefined ? {} : { $default: template },
    parameters: {},
  });

  test.each([
    [['/4\\d\\d/', '$default'], '/4\\d\\d/'],
    [['$default', '404'], '404'],
    [['/40/', '$default'], '$default'],
    [['/200/', '500'], undefined],
  ])('of the keys %j is selected by the status: %s', (keys, expected) => {
    const responses = keys.map((key) => response(key, `selected ${key.replace('$', '')}`));
    const selected = responseOf(mapping({ responses }), EVENT, answer)?.body;
    expect(selected).toBe(expected && `selected ${expected.replace('$', '')}`);
  });

  test('is selected by the error message of a function, and not by a part of it', () => {
    const responses = [response('/Not/', 'part'), response('/Not.*/', 'whole')];
    expect(responseOf(mapping({ responses }), EVENT, { ...answer, key: 'Not\nfound' })?.body).toBe('whole');
  });

  test("maps the integration's body, with the context of the request", () => {
    const responses = [response('$default', "$input.path('$.message') $context.connectionId")];
    expect(responseOf(mapping({ responses }), EVENT, answer)?.body).toBe('none id=');
  });

  test("without a template passes the integration's body on", () => {
    expect(responseOf(mapping({ responses: [response('$default')] }), EVENT, answer)?.body).toBe(answer.body);
  });

  test.each([
    ['${integration.response.statuscode}', 'of 404'],
    ['${integration.response.header.X-Id}', 'of 7'],
    ['${integration.response.body.message}', 'of none'],
    ['${request.body.kind}', 'of order'],
  ])('selects its template with %s', (templateSelectionExpression, expected) => {
    const templates = { '404': 'of 404', '7': 'of 7', none: 'of none', order: 'of order' };
    const responses = [{ key: '$default', templates, templateSelectionExpression, parameters: {} }];
    expect(responseOf(mapping({ responses }), EVENT, answer)?.body).toBe(expected);
  });

  test('sets headers', () => {
    const parameters = {
      'route.response.header.Sec-WebSocket-Protocol': "'chat'",
      'method.response.header.Id': 'integration.response.header.x-id',
    };
    const responses = [{ key: '$default', templates: {}, parameters }];
    expect(responseOf(mapping({ responses }), EVENT, answer)?.headers).toEqual({
      'Sec-WebSocket-Protocol': 'chat',
      Id: '7',
    });
  });
});

describe('a MOCK integration', () => {
  const request = (body: string, isMapped = true) => ({ body, isMapped, headers: {}, query: {} });

  test.each([
    ['{"statusCode":200}', 200],
    ['{"statusCode": "404"}', 404],
  ])('has the status of its template: %s', (body, statusCode) => {
    expect(mockResponse(request(body))).toEqual({ statusCode, headers: {}, body: '' });
  });

  test('has status 200 without a template, whatever the client sends', () => {
    expect(mockResponse(request('ping', false)).statusCode).toBe(200);
  });

  test.each(['', '{}', 'null', 'text', '{"statusCode":"ok"}', '{"statusCode":20}'])(
    'fails if its template creates %j',
    (body) => {
      expect(() => mockResponse(request(body))).toThrow(IntegrationFailure);
    },
  );
});
