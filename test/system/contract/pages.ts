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
  const rateLimits = ({ headers }: Response) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

  test('a page of an allowed origin may publish, and need not ask again for two hours', async () => {
    const response = await preflight(ALLOWED_ORIGIN);
    expect(response.status).toBe(204);
    expect(rateLimits(response)).toMatchObject({
      'access-control-allow-origin': ALLOWED_ORIGIN,
      'access-control-allow-methods': 'GET,POST,DELETE',
      'access-control-allow-headers': 'Authorization,Content-Type',
      'access-control-max-age': '7200',
    });
  });

  test('a page of another origin is told nothing', async () => {
    expect(rateLimits(await preflight('https://elsewhere.example'))).toEqual({});
    const simple = await ask(place(), messagesPath(newTopic()), { headers: { origin: 'https://elsewhere.example' } });
    expect(rateLimits(simple)).toEqual({});
  });

  const requests: [string, number, string, RequestInit][] = [
    ['a page', 200, '/docs', {}],
    ['what a load balancer asks for', 200, '/health', {}],
    ['the description', 200, '/openapi.json', {}],
    ['no such address', 404, '/nothing/here', {}],
    ['no such topic', 400, '/v1/topics/a..b/messages', {}],
    ['a method that is not for it', 405, '/v1/topics/a/messages', { method: 'DELETE' }],
    ['a body of another type', 415, '/v1/topics/a/messages', { method: 'POST', body: 'text' }],
    ['a body that is too large', 413, '/v1/topics/a/messages', { method: 'POST', body: 'x'.repeat(40_000) }],
  ];

  test.each(requests)('%s, %d, has the security headers and no server’s name', async (_, status, path, init) => {
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
  });
}
