import { ask } from '../caller';
import { newTopic } from '../client';
import { messagesPath } from '../http';
import { ALLOWED_ORIGIN, type Place } from '../place';

export function pages(place: () => Place): void {
  const preflight = (origin: string) =>
    fetch(`${place().apiUrl}${messagesPath(newTopic())}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  const allowances = ({ headers }: Response) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

  test('a page of an allowed origin may publish, and need not ask again for two hours', async () => {
    const response = await preflight(ALLOWED_ORIGIN);
    expect(response.status).toBe(204);
    expect(allowances(response)).toMatchObject({
      'access-control-allow-origin': ALLOWED_ORIGIN,
      'access-control-allow-methods': 'GET,POST,DELETE',
      'access-control-allow-headers': 'Authorization,Content-Type',
      'access-control-max-age': '7200',
    });
  });

  test('a page of another origin is told nothing', async () => {
    expect(allowances(await preflight('https://elsewhere.example'))).toEqual({});
    const simple = await ask(place(), messagesPath(newTopic()), { headers: { origin: 'https://elsewhere.example' } });
    expect(allowances(simple)).toEqual({});
  });

  test.each(['/health', '/docs', '/openapi.json', '/nothing/here', '/v1/topics/a..b/messages'])(
    '%s has the security headers',
    async (path) => {
      const { headers } = await fetch(`${place().apiUrl}${path}`);
      expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
    },
  );
}
