import { once } from 'node:events';
import { setInterval } from 'node:timers/promises';
import { PROTOCOL } from '../../../lambda/realtime/protocol';
import { ask, newTicket, somebody, type Who } from '../caller';
import { Client, newTopic, refused } from '../client';
import { messagesPath } from '../http';
import { ALLOWED_ORIGIN, type Place } from '../place';

/** Needs tokens of anybody, as this machine's issuer gives them. */
export function access(place: () => Place): void {
  const offer = (ticket: string) => [PROTOCOL, `ticket.${ticket}`];
  const rival = (): Who => ({ ...somebody(), tenant: 'rival' });
  const tokenOf = (changes: Record<string, string>) => place().token({ ...somebody(), ...changes });

  async function problemOf(response: Response): Promise<[number, string]> {
    const { type } = (await response.json()) as { type: string };
    return [response.status, type.replace('urn:twinlane:problem:', '')];
  }

  test.each<[string, () => Promise<string | undefined>]>([
    ['no token', async () => undefined],
    ['no JWT', async () => 'Bearer secret'],
    ['another scheme', async () => `Basic ${await tokenOf({})}`],
    ['another issuer', async () => `Bearer ${await tokenOf({ iss: 'https://login.evil.example' })}`],
    ['another audience', async () => `Bearer ${await tokenOf({ aud: 'another' })}`],
    ['an end that has passed', async () => `Bearer ${await tokenOf({ expires_in: '-60' })}`],
    ['a signature that was changed', async () => `Bearer ${(await tokenOf({})).slice(0, -8)}AAAAAAAA`],
  ])('a request with %s is nobody’s', async (_, authorization) => {
    const value = await authorization();
    const headers: Record<string, string> = value ? { authorization: value } : {};
    for (const [method, path] of [
      ['POST', '/v1/tickets'],
      ['GET', messagesPath('room')],
      ['DELETE', '/v1/connections'],
    ]) {
      const response = await fetch(`${place().apiUrl}${path}`, { method, headers });
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await problemOf(response)).toEqual([401, 'unauthorized']);
    }
  });

  test('a token without a tenant opens nothing', async () => {
    const response = await ask(place(), '/v1/tickets', { method: 'POST' }, { subject: 'alice', tenant: '' });
    expect(await problemOf(response)).toEqual([403, 'forbidden']);
  });

  test('a ticket opens one connection of a hundred', async () => {
    const ticket = await newTicket(place(), somebody());
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => refused(place(), offer(ticket))));
    expect(outcomes.filter((status) => status === 101)).toHaveLength(1);
    expect(outcomes.filter((status) => status === 401)).toHaveLength(99);
  });

  test.each<[string, (ticket: string) => string[]]>([
    ['is missing', () => [PROTOCOL]],
    ['is there twice', (ticket) => [...offer(ticket), `ticket.${ticket.slice(1)}A`]],
    ['comes without the protocol', (ticket) => [`ticket.${ticket}`]],
    ['is longer than any', (ticket) => [PROTOCOL, `ticket.${ticket.padEnd(8192, 'A')}`]],
    ['is no base64url', (ticket) => [PROTOCOL, `ticket.${ticket.slice(1)}~`]],
    ['was never minted', () => offer('A'.repeat(43))],
  ])('a ticket that %s opens nothing', async (_, protocols) => {
    expect(await refused(place(), protocols(await newTicket(place(), somebody())))).toBe(401);
  });

  test('a ticket in the query, or a token in a cookie, opens nothing', async () => {
    const who = somebody();
    const webSocketUrl = `${place().webSocketUrl}/?ticket=${await newTicket(place(), who)}`;
    expect(await refused({ ...place(), webSocketUrl }, [PROTOCOL])).toBe(401);
    const headers = { cookie: `token=${await place().token(who)}` };
    expect(await refused(place(), [PROTOCOL], { headers })).toBe(401);
  });

  test('a ticket is of the origin that asked for it', async () => {
    const [ofPage, native] = [
      await newTicket(place(), somebody(), ALLOWED_ORIGIN),
      await newTicket(place(), somebody()),
    ];
    expect(await refused(place(), offer(ofPage))).toBe(401);
    expect(await refused(place(), offer(ofPage), { origin: 'http://localhost:5173' })).toBe(401);
    expect(await refused(place(), offer(native), { origin: ALLOWED_ORIGIN })).toBe(401);
    const client = await Client.open(place(), offer(ofPage), { origin: ALLOWED_ORIGIN });
    expect(client.socket.protocol).toBe(PROTOCOL);
  });

  test('tenants do not meet, whatever their topics are called', async () => {
    const topic = newTopic();
    const [mine, theirs] = [await Client.connect(place()), await Client.connect(place(), {}, rival())];
    for (const client of [mine, theirs]) {
      expect(await client.ask({ action: 'subscribe', topic })).toMatchObject({ topic, sequence: 0 });
    }
    await mine.ask({ action: 'publish', topic, data: 'mine' });
    await theirs.ask({ action: 'publish', topic, data: 'theirs' });
    expect(await mine.pushed(topic)).toMatchObject([{ topic, sequence: 1, data: 'mine' }]);
    expect(await theirs.pushed(topic)).toMatchObject([{ topic, sequence: 1, data: 'theirs' }]);
    const history = await ask(place(), messagesPath(topic), {}, rival());
    expect(await history.json()).toMatchObject({ topic, sequence: 1, messages: [{ data: 'theirs' }] });
    const named = await theirs.say(JSON.stringify({ action: 'subscribe', topic: `contract/${topic}` }));
    expect(named).toMatchObject({ code: 'invalid_topic' });
  });

  test('a token does what its scopes say, over either lane', async () => {
    const topic = newTopic();
    const reader: Who = { ...somebody(), scope: 'openid topics:read' };
    const client = await Client.connect(place(), {}, reader);
    expect(await client.ask({ action: 'subscribe', topic })).toMatchObject({ type: 'subscribed' });
    expect(await client.ask({ action: 'publish', topic, data: 1 })).toMatchObject({ code: 'forbidden' });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"data":1}' };
    expect(await problemOf(await ask(place(), messagesPath(topic), init, reader))).toEqual([403, 'forbidden']);
  });

  test('a logout closes every connection of the subject, and refuses tickets for its old token', async () => {
    const who = somebody();
    const [one, other, bystander] = [
      await Client.connect(place(), {}, who),
      await Client.connect(place(), {}, who),
      await Client.connect(place()),
    ];
    const ticket = await newTicket(place(), who);
    expect((await ask(place(), '/v1/connections', { method: 'DELETE' }, who)).status).toBe(202);
    expect(await Promise.all([one.closed, other.closed])).toEqual([1000, 1000]);
    expect(await refused(place(), offer(ticket))).toBe(401);
    expect(await problemOf(await ask(place(), '/v1/tickets', { method: 'POST' }, who))).toEqual([401, 'unauthorized']);
    expect(await bystander.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
  });

  test('a connection whose authorization has ended gets nothing more, and is closed at its next frame', async () => {
    const topic = newTopic();
    const client = await Client.connect(place(), {}, { ...somebody(), expires_in: '2' });
    expect(await client.ask({ action: 'subscribe', topic })).toMatchObject({ type: 'subscribed' });
    const witness = await Client.connect(place());
    await witness.ask({ action: 'subscribe', topic });
    let answer = await client.ask({ action: 'ping' });
    for await (const _ of setInterval(100)) {
      if (answer.type !== 'pong') {
        break;
      }
      answer = await client.ask({ action: 'ping' });
    }
    expect(answer).toMatchObject({ type: 'error', code: 'unauthorized' });
    await witness.ask({ action: 'publish', topic, data: 'too late' });
    await witness.pushed(topic);
    expect(await client.closed).toBe(1000);
    expect(client.frames.filter(({ type }) => type === 'message')).toEqual([]);
  });

  test('a subject has 20 connections, and one more when one has closed', async () => {
    const who = somebody();
    const clients = await Promise.all(Array.from({ length: 20 }, () => Client.connect(place(), {}, who)));
    expect(await refused(place(), offer(await newTicket(place(), who)))).toBe(429);
    const [first] = clients;
    first?.socket.close();
    await first?.closed;
    let status: unknown = 429;
    while (status === 429) {
      const ticket = await newTicket(place(), who);
      status = await refused(place(), offer(ticket));
    }
    expect(status).toBe(101);
  });

  test('nothing of a token or a ticket is in the log', async () => {
    const who = somebody();
    const client = await Client.connect(place(), {}, who);
    await client.ask({ action: 'ping' });
    client.socket.close();
    await once(client.socket, 'close');
    const log = JSON.stringify(place().local?.app.log);
    expect(log).not.toContain(await place().token(who));
    expect(log).not.toMatch(/ticket\.[\w-]{43}/);
    expect(log).not.toContain(who.subject);
  });
}
