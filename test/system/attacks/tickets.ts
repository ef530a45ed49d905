import { createHash } from 'node:crypto';
import { DynamoDBClient, ListTablesCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PROTOCOL } from '../../../client/protocol';
import { ask, newTicket, somebody } from '../caller';
import { Client, newTopic, refused as statusOf } from '../client';
import { publish } from '../http';
import { ALLOWED_ORIGIN } from '../place';
import { type Attacks, each, type Here, noGain, refused, rival, SECRET } from './attack';

const offer = (ticket: string) => [PROTOCOL, `ticket.${ticket}`];

/** Offers subprotocols that are derived from a valid ticket. */
const offering = (protocols: (ticket: string) => string[]) =>
  refused('401', async (here) => statusOf(here, protocols(await newTicket(here, somebody()))));

export const tickets: Attacks = {
  'no ticket': offering(() => [PROTOCOL]),
  'a ticket that was never minted': offering(() => offer('A'.repeat(43))),
  'a replayed ticket': refused('401', async (here) => {
    const ticket = await newTicket(here, somebody());
    const first = await Client.open(here, offer(ticket));
    const whileOpen = await statusOf(here, offer(ticket));
    first.socket.close();
    await first.closed;
    return each([whileOpen, await statusOf(here, offer(ticket))], async (status) => status);
  }),
  '100 parallel uses of one ticket': refused('401 for 99', async (here) => {
    const ticket = await newTicket(here, somebody());
    const statuses = await Promise.all(Array.from({ length: 100 }, () => statusOf(here, offer(ticket))));
    expect(statuses.filter((status) => status === 101)).toHaveLength(1);
    return `401 for ${statuses.filter((status) => status === 401).length}`;
  }),
  'an expired ticket that is still in the table': refused('401', async (here) => {
    const ticket = await newTicket(here, somebody());
    await expire(here, ticket);
    return statusOf(here, offer(ticket));
  }),
  "another tenant's ticket": noGain('nothing of the tenant', async (here) => {
    const topic = newTopic();
    const client = await Client.open(here, offer(await newTicket(here, rival())));
    await client.ask({ action: 'subscribe', topic });
    await publish(here, topic, SECRET);
    await client.ask({ action: 'publish', topic, data: 'of its own tenant' });
    const pushed = await client.pushed(topic);
    return pushed.some(({ data }) => data === SECRET) ? 'a message of the tenant' : 'nothing of the tenant';
  }),
  'a ticket that was minted for another origin, or for none': refused('401', async (here) => {
    const [ofPage, ofProgram] = [await newTicket(here, somebody(), ALLOWED_ORIGIN), await newTicket(here, somebody())];
    const statuses = [
      await statusOf(here, offer(ofPage)),
      await statusOf(here, offer(ofPage), { origin: 'http://localhost:5173' }),
      await statusOf(here, offer(ofProgram), { origin: ALLOWED_ORIGIN }),
    ];
    await Client.open(here, offer(ofPage), { origin: ALLOWED_ORIGIN });
    return each(statuses, async (status) => status);
  }),
  'a ticket in the query': refused('401', async (here) => {
    const url = new URL(here.webSocketUrl);
    url.search = `${new URLSearchParams({ ticket: await newTicket(here, somebody()), token: SECRET })}`;
    return statusOf({ ...here, webSocketUrl: url.href }, [PROTOCOL]);
  }),
  'a token in a cookie, and no ticket': refused('401', async (here) => {
    const cookie = `token=${await here.token(somebody())}; ticket=${await newTicket(here, somebody())}`;
    const answers = [
      await statusOf(here, [PROTOCOL], { headers: { cookie } }),
      (await fetch(`${here.httpUrl}/v1/tickets`, { method: 'POST', headers: { cookie } })).status,
    ];
    return each(answers, async (status) => status);
  }),
  'two tickets': offering((ticket) => [...offer(ticket), `ticket.${ticket.slice(1)}A`]),
  'a ticket without the name of the protocol': offering((ticket) => [`ticket.${ticket}`]),
  'a ticket of 8 KB': offering((ticket) => offer(ticket.padEnd(8192, 'A'))),
  'a ticket that is no base64url': offering((ticket) => offer(`${ticket.slice(1)}~`)),
  'a ticket asked for by a page of another origin': refused('403', async (here) => {
    const init = { method: 'POST', headers: { origin: `${ALLOWED_ORIGIN}.evil.com` } };
    return (await ask(here, '/v1/tickets', init, somebody())).status;
  }),
};

/** Expires a ticket that DynamoDB has not deleted yet. Throws unless it is in the table. */
async function expire(here: Here, ticket: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: here.local.app.urls.aws,
    region: 'us-east-1',
    credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
  });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const hash = createHash('sha256').update(ticket).digest('base64url');
  await client.send(
    new UpdateItemCommand({
      TableName: TableNames.find((name) => name.includes('Admission')),
      Key: { pk: { S: `TICKET#${hash}` }, sk: { S: 'TICKET' } },
      UpdateExpression: 'SET expiresAt = :now',
      ConditionExpression: 'expiresAt > :now',
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(Date.now() / 1000)) } },
    }),
  );
  client.destroy();
}
