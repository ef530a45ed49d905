import { ask } from '../caller';
import { newTopic } from '../client';
import { messagesPath } from '../http';
import { ALLOWED_ORIGIN, type Place } from '../place';

export function pages(place: () => Place): void {
  const preflight = (origin: string) =>
    fetch(`${place().httpUrl}${messagesPath(newTopic())}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  const corsHeaders = ({ headers }: Response) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

  test('allows a page of an allowed origin to publish, and to cache the preflight for two hours', async () => {
    const response = await preflight(ALLOWED_ORIGIN);
    expect(response.status).toBe(204);
    expect(corsHeaders(response)).toMatchObject({
      'access-control-allow-origin': ALLOWED_ORIGIN,
      'access-control-allow-methods': 'GET,POST,DELETE',
      'access-control-allow-headers': 'Authorization,Content-Type',
      'access-control-max-age': '7200',
    });
  });

  test('has no CORS headers for a page of another origin', async () => {
    expect(corsHeaders(await preflight('https://elsewhere.example'))).toEqual({});
    const simple = await ask(place(), messagesPath(newTopic()), { headers: { origin: 'https://elsewhere.example' } });
    expect(corsHeaders(simple)).toEqual({});
  });

  const requests: [string, number, string, RequestInit][] = [
    ['a request for the documentation page', 200, '/docs', {}],
    ['a health check', 200, '/health', {}],
    ['a request for the OpenAPI description', 200, '/openapi.json', {}],
    ['a request for the AsyncAPI description', 200, '/asyncapi.json', {}],
    ['a request for the page of the WebSocket API', 200, '/docs/websocket', {}],
    ['a request for an unknown path', 404, '/v1/nothing/here', {}],
    ['an invalid topic', 400, '/v1/topics/a..b/messages', {}],
    ['an unsupported method', 405, '/v1/topics/a/messages', { method: 'DELETE' }],
    ['a body of an unsupported type', 415, '/v1/topics/a/messages', { method: 'POST', body: 'text' }],
    ['an oversized body', 413, '/v1/topics/a/messages', { method: 'POST', body: 'x'.repeat(40_000) }],
  ];

  test.each(requests)(
    'to %s, with the status %d, has the security headers and does not name the server',
    async (_, status, path, init) => {
      const response = await ask(place(), path, init);
      expect(response.status).toBe(status);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'strict-transport-security': expect.stringMatching(/max-age=\d{8}/),
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      expect(response.headers.has('server')).toBe(false);
      expect(response.headers.has('x-powered-by')).toBe(false);
    },
  );
}
