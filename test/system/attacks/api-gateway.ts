import { setInterval } from 'node:timers/promises';
import { credentialsOf } from '../../../tools/local';
import { PROTOCOL } from '../../../client/protocol';
import { ask, newTicket, somebody } from '../caller';
import { Client, newTopic, refused as statusOf } from '../client';
import { messagesPath, publish } from '../http';
import { type Attacks, closed, codeOf, noGain, refused, SECRET, victim } from './attack';

/** Attacks on an API Gateway API as the entry of the WebSocket lane. */
export const apiGateway: Attacks = {
  "the API's own address": refused('403', async (here) => {
    const host = `${here.local.app.blueprint.webSocketApis[0]?.apiId}.execute-api.us-east-1.amazonaws.com`;
    const ticket = await newTicket(here, somebody());
    return statusOf(here, [PROTOCOL, `ticket.${ticket}`], { headers: { host } });
  }),
  'a slow reader': noGain('others get everything meanwhile', async (here) => {
    const { client: slow, topic } = await victim(here);
    const witness = await Client.connect(here);
    await witness.ask({ action: 'subscribe', topic });
    slow.socket.pause();
    let full = false;
    void here.local.app.line(({ text }) => /^POST @connections\/\S+: 429$/.test(text)).then(() => (full = true));
    let count = 0;
    for (; !full; count++) {
      const body = JSON.stringify({ data: 'x'.repeat(31_000) });
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      expect((await ask(here, messagesPath(topic), init, somebody())).status).toBe(201);
    }
    expect(await witness.pushed(topic, count)).toHaveLength(count);
    slow.socket.terminate();
    return 'others get everything meanwhile';
  }),
  'an authorization that expires mid-connection': closed('unauthorized, then 1000', async (here) => {
    const topic = newTopic();
    const client = await Client.connect(here, {}, { ...somebody(), expires_in: '2' });
    const witness = await Client.connect(here);
    for (const one of [client, witness]) {
      expect(await one.ask({ action: 'subscribe', topic })).toMatchObject({ type: 'subscribed' });
    }
    let answer = await client.ask({ action: 'ping' });
    for await (const _ of setInterval(100)) {
      if (answer.type !== 'pong') {
        break;
      }
      answer = await client.ask({ action: 'ping' });
    }
    await witness.ask({ action: 'publish', topic, data: SECRET });
    await witness.pushed(topic);
    const code = await client.closed;
    expect(client.messages).toEqual([]);
    return `${codeOf(answer)}, then ${code}`;
  }),
  "someone else's connection id, over `@connections`": refused('403', async (here) => {
    const { client, topic, id } = await victim(here);
    const { app } = here.local;
    const [service] = app.blueprint.services;
    const { accessKeyId } = credentialsOf(service?.taskRoleArn ?? '');
    const signed = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/execute-api/aws4_request`;
    const statuses = new Set<number>();
    for (const authorization of ['', `Bearer ${await here.token(somebody())}`, signed]) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const url = `${app.urls.management}/@connections/${encodeURIComponent(id)}`;
        const body = method === 'POST' ? SECRET : undefined;
        statuses.add((await fetch(url, { method, headers: { authorization }, body })).status);
      }
    }
    await publish(here, topic, 'still there');
    expect(await client.pushed(topic)).toMatchObject([{ data: 'still there' }]);
    return [...statuses].join(', ');
  }),
};
