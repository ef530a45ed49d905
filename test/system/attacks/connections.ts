import { setInterval } from 'node:timers/promises';
import { PROTOCOL } from '../../../client/protocol';
import { ask, newTicket, somebody, type Who } from '../caller';
import { Client, newTopic, refused as statusOf } from '../client';
import { messagesPath } from '../http';
import {
  type Attacks,
  closed,
  codeOf,
  each,
  FORGED,
  type Here,
  noGain,
  refused,
  SECRET,
  codesFor,
  victim,
} from './attack';

/** Maximum number of connections of a subject. */
const CONNECTIONS = 20;

/** Number of frames in a burst of the flood, above the rate limit of a connection. */
const FLOOD = 300;

const offer = (ticket: string) => [PROTOCOL, `ticket.${ticket}`];
const logOut = (here: Here, who: Who) => ask(here, '/v1/connections', { method: 'DELETE' }, who);

export const connections: Attacks = {
  'a message flood': refused('rate_limited', async (here) => {
    const client = await Client.connect(here);
    // The throttle of the stage refuses some frames before the rate limit of the connection does, without a code.
    const codes = () => client.frames.flatMap((frame) => (frame.type === 'error' ? [frame.code] : []));
    for (let sent = 0; codes().length === 0;) {
      for (const until = sent + FLOOD; sent < until; sent++) {
        client.socket.send('{"action":"ping"}');
      }
      await client.until(() => (client.frames.length === sent ? true : undefined));
    }
    return each(codes(), async (code) => code);
  }),
  'a message flood that goes on while it is refused': closed('1000', async (here) => {
    const client = await Client.connect(here);
    for (let sent = 0; client.socket.readyState === client.socket.OPEN;) {
      for (const until = sent + 20; sent < until; sent++) {
        client.socket.send('{"action":"ping"}');
      }
      await Promise.race([client.closed, client.until(() => client.frames.length >= sent || undefined)]);
    }
    return client.closed;
  }),
  'a subscribe flood': refused('100 topics', async (here) => {
    const client = await Client.connect(here);
    const topics = Array.from({ length: 120 }, newTopic);
    const answers = await Promise.all(topics.map((topic) => client.ask({ action: 'subscribe', topic })));
    const denied = answers.filter(({ type }) => type !== 'subscribed');
    expect(['rate_limited', 'subscription_limit']).toEqual(expect.arrayContaining(denied.map(codeOf)));
    return `${answers.length - denied.length} topics`;
  }),
  'a connection flood of one user': closed('20 stay open, 1000 for the others', async (here) => {
    const who = somebody();
    const clients: Client[] = [];
    for (let count = 0; count < 2 * CONNECTIONS; count++) {
      clients.push(await Client.connect(here, {}, who));
    }
    const ended = new Map<Client, number>();
    for (const client of clients) {
      void client.closed.then((code) => ended.set(client, code));
    }
    for await (const _ of setInterval(100)) {
      if (ended.size >= CONNECTIONS) {
        break;
      }
    }
    const open = clients.filter((client) => !ended.has(client));
    const answers = await Promise.all(open.map((client) => client.ask({ action: 'ping' })));
    const codes = await each([...ended.values()], async (code) => code);
    return `${answers.filter(({ type }) => type === 'pong').length} stay open, ${codes} for the others`;
  }),
  'logout mid-connection': closed('1000, and 401 for what it kept', async (here) => {
    const who = somebody();
    const both = [await Client.connect(here, {}, who), await Client.connect(here, {}, who)];
    const bystander = await Client.connect(here);
    const ticket = await newTicket(here, who);
    expect((await logOut(here, who)).status).toBe(202);
    const codes = await each(both, ({ closed }) => closed);
    const kept = [
      await statusOf(here, offer(ticket)),
      (await ask(here, '/v1/tickets', { method: 'POST' }, who)).status,
    ];
    expect(await bystander.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
    return `${codes}, and ${await each(kept, async (status) => status)} for what it kept`;
  }),
  'logouts with a stolen token, again and again': noGain('a new login stays connected', async (here) => {
    const stolen = somebody();
    const before = await Client.connect(here, {}, stolen);
    expect((await logOut(here, stolen)).status).toBe(202);
    await before.closed;
    // The same subject with another token. The issuer is asked for one until it is later than the logout.
    let owner: Who = stolen;
    for await (const _ of setInterval(200)) {
      owner = { ...stolen, login: newTopic() };
      if ((await ask(here, '/v1/tickets', { method: 'POST' }, owner)).status === 201) {
        break;
      }
    }
    const after = await Client.connect(here, {}, owner);
    for (let count = 0; count < 20; count++) {
      expect((await logOut(here, stolen)).status).toBe(202);
    }
    expect(await after.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
    expect((await ask(here, '/v1/tickets', { method: 'POST' }, owner)).status).toBe(201);
    return 'a new login stays connected';
  }),
  'a logout with a token that can only read': refused('403', async (here) => {
    return (await logOut(here, { ...somebody(), scope: 'topics:read' })).status;
  }),
  'role downgrade': refused('forbidden; 403; published over what is open, until a logout', async (here) => {
    const topic = newTopic();
    const writer = { ...somebody(), scope: 'topics:read topics:write' };
    const reader = { ...writer, scope: 'topics:read' };
    const before = await Client.connect(here, {}, writer);
    expect(codeOf(await before.ask({ action: 'publish', topic, data: 1 }))).toBe('published');
    const text = JSON.stringify({ action: 'publish', topic, data: SECRET });
    const overSocket = await codesFor(here, [text], reader);
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"data":1}' };
    const overHttp = (await ask(here, messagesPath(topic), init, reader)).status;
    const overWhatIsOpen = codeOf(await before.ask({ action: 'publish', topic, data: 2 }));
    await logOut(here, writer);
    await before.closed;
    return `${overSocket}; ${overHttp}; ${overWhatIsOpen} over what is open, until a logout`;
  }),
  "someone else's connection id, in a frame": refused('invalid_frame', async (here) => {
    const { id } = await victim(here);
    return codesFor(here, [
      JSON.stringify({ action: 'ping', connectionId: id }),
      JSON.stringify({ action: 'publish', topic: 'room', data: 1, to: id }),
    ]);
  }),
  'CR and LF in a reason to close': noGain('no line in a log', async (here) => {
    const client = await Client.connect(here);
    client.socket.close(4000, `${SECRET}\r\n${FORGED}`);
    await client.closed;
    return 'no line in a log';
  }),
};
