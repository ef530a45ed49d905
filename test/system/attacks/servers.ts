import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { PROTOCOL } from '../../../client/protocol';
import { newTicket, somebody } from '../caller';
import { Client, newTopic, refused as statusOf } from '../client';
import { publish } from '../http';
import { postUntilClosed, taskOf } from '../task-requests';
import { type Attacks, closed, each, type Here, refused, SECRET, victim } from './attack';

/** Requests a path of the WebSocket lane without an upgrade. @returns the status of the response */
async function plainRequest(here: Here, path: string): Promise<number> {
  const { port } = new URL(here.webSocketUrl);
  const outgoing = request({ host: '127.0.0.1', port, path, headers: { host: 'ws.localhost' }, agent: false }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return response.resume().statusCode ?? 0;
}

/** Attacks on WebSocket servers as the entry of the WebSocket lane. */
export const servers: Attacks = {
  'requests that are no handshakes': refused('426', (here) =>
    each(['/', '/health', '/@connections/x'], (path) => plainRequest(here, path)),
  ),
  'handshakes for another path': refused('404', async (here) => {
    const ticket = await newTicket(here, somebody());
    return each(['/health', '/@connections/x', '//'], (path) =>
      statusOf({ ...here, webSocketUrl: `${here.webSocketUrl}${path}` }, [PROTOCOL, `ticket.${ticket}`]),
    );
  }),
  "posts to someone else's task or connection, without its secret": refused('401', async (here) => {
    const { client, topic, id } = await victim(here);
    const taskId = taskOf(id);
    const { address, secret } = await here.local.connections.leaseOf(taskId);
    const wrong = ['', `Bearer ${await here.token(somebody())}`, `Bearer ${secret.slice(1)}`, secret, 'Bearer '];
    const answers = await each(wrong, (authorization) =>
      each([id, taskId, 'x', ''], (target) =>
        each(['GET', 'POST', 'DELETE'], async (method) => {
          const body = method === 'POST' ? `contract/${topic}\n{"type":"message"}` : undefined;
          const url = `http://${address}/@connections/${target}`;
          return (await fetch(url, { method, headers: { authorization }, body })).status;
        }),
      ),
    );
    await publish(here, topic, 'still there');
    expect(await client.pushed(topic)).toMatchObject([{ data: 'still there' }]);
    expect(client.messages).toHaveLength(1);
    return answers;
  }),
  'a slow reader': closed('others get everything, and its slot is free', async (here) => {
    const { client: slow, who, topic } = await victim(here);
    const witness = await Client.connect(here);
    await witness.ask({ action: 'subscribe', topic });
    slow.socket.pause();
    await publish(here, topic, 1);
    await postUntilClosed(here.local.connections, who);
    await publish(here, topic, 2);
    expect(await witness.pushed(topic, 2)).toHaveLength(2);
    slow.socket.terminate();
    return 'others get everything, and its slot is free';
  }),
  'an authorization that expires mid-connection': closed('1000', async (here) => {
    const topic = newTopic();
    const client = await Client.connect(here, {}, { ...somebody(), expires_in: '2' });
    const witness = await Client.connect(here);
    for (const one of [client, witness]) {
      expect(await one.ask({ action: 'subscribe', topic })).toMatchObject({ type: 'subscribed' });
    }
    // No frame is needed: the task closes the connection at that time.
    const code = await client.closed;
    await witness.ask({ action: 'publish', topic, data: SECRET });
    await witness.pushed(topic);
    expect(client.messages).toEqual([]);
    return code;
  }),
};
