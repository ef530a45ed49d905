import { PROTOCOL } from '../../../client/protocol';
import { ask, newTicket, somebody } from '../caller';
import { Client, newTopic } from '../client';
import { messagesPath } from '../http';
import { ALLOWED_ORIGIN, type Place } from '../place';

/** The page that a gateway serves on the host of both lanes. */
export function ownPage(place: () => Place): void {
  const origin = () => new URL(place().httpUrl).origin;

  test('is the answer at the root, with a content security policy that allows connections to its host', async () => {
    const response = await fetch(`${origin()}/`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(await response.text()).toContain('<!doctype html>');
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'self';.* connect-src 'self' wss?:/);
    expect(response.headers.get('cache-control')).toBe('public, max-age=0, must-revalidate');
  });

  test('has the URLs of both lanes on its own host', async () => {
    expect(await (await fetch(`${origin()}/config.json`)).json()).toEqual({ http: '/', websocket: '/socket' });
    expect(place().webSocketUrl).toBe(`${origin().replace('http', 'ws')}/socket`);
  });

  test('publishes, and opens a connection with a ticket that is for its origin only', async () => {
    const topic = newTopic();
    const client = await Client.connect(place(), { origin: origin() });
    await client.ask({ action: 'subscribe', topic });
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: origin() },
      body: '{"data":1}',
    };
    expect((await ask(place(), messagesPath(topic), init)).status).toBe(201);
    expect(await client.pushed(topic)).toMatchObject([{ data: 1 }]);

    const protocols = [PROTOCOL, `ticket.${await newTicket(place(), somebody(), origin())}`];
    await expect(Client.open(place(), protocols, { origin: ALLOWED_ORIGIN })).rejects.toBe(401);
    await expect(Client.open(place(), protocols)).rejects.toBe(401);
    await Client.open(place(), protocols, { origin: origin() });
  });

  test('does not answer the paths of the lanes', async () => {
    for (const path of ['/v1/nothing/here', '/docs', '/health']) {
      const response = await fetch(`${origin()}${path}`);
      expect([path, response.headers.get('content-security-policy')]).toEqual([
        path,
        expect.stringContaining("default-src 'none'"),
      ]);
    }
  });
}
