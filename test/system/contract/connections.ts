import { PROTOCOL } from '../../../client/protocol';
import { newTicket, somebody } from '../caller';
import { Client, newTopic, refused } from '../client';
import { ALLOWED_ORIGIN, type Place } from '../place';

/** @param knowsOwnOrigin - false if the app cannot know the origin of the URL that clients connect to */
export function connections(place: () => Place, knowsOwnOrigin: boolean): void {
  const connect = (origin?: string) => Client.connect(place(), { origin });

  test('uses the offered subprotocol', async () => {
    const { socket } = await connect();
    expect(socket.protocol).toBe(PROTOCOL);
  });

  test('of a client without an origin is accepted', async () => {
    expect(await (await connect()).ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
  });

  test('of a page of an allowed origin is accepted', async () => {
    expect(await (await connect(ALLOWED_ORIGIN)).ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
  });

  test.each(['https://elsewhere.example', 'null', `${ALLOWED_ORIGIN}.evil.example`, `${ALLOWED_ORIGIN}:8443`])(
    'of a page of the origin %s is refused',
    async (origin) => {
      expect(
        await refused(place(), ['twinlane.v1', `ticket.${await newTicket(place(), somebody())}`], { origin }),
      ).toBe(403);
    },
  );

  (knowsOwnOrigin ? test : test.skip)(
    'of a client that sends the origin of the URL that it connects to is accepted with a ticket without an origin',
    async () => {
      const { protocol, host } = new URL(place().webSocketUrl);
      const origin = `${protocol.replace('ws', 'http')}//${host}`;
      const ticket = await newTicket(place(), somebody());
      const client = await Client.open(place(), [PROTOCOL, `ticket.${ticket}`], { origin });
      expect(await client.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
    },
  );

  test('gets the positions and the subscriptions of 99 topics with one frame, and their messages', async () => {
    const client = await connect();
    const topics = Array.from({ length: 99 }, newTopic);
    const used = `${topics[98]}`;
    await client.ask({ action: 'publish', topic: used, data: 1 });
    const answer = await client.ask({ action: 'subscribe', topics });
    expect(answer).toMatchObject({ type: 'subscribed', topics: { [used]: { sequence: 1 } } });
    const results = Object.values('topics' in answer ? answer.topics : {});
    expect(results.filter((result) => 'subscription' in result)).toHaveLength(99);
    await client.ask({ action: 'publish', topic: used, data: 2 });
    // The push of the first message can be later than the subscription.
    const second = await client.until(() =>
      client.messages.find(({ sequence, topic }) => topic === used && sequence === 2),
    );
    expect(second.data).toBe(2);
  });

  test('that a newer one replaces, because its subject has 20, gets the error connection_limit and is closed', async () => {
    const who = somebody();
    const clients: Client[] = [];
    while (clients.length < 21) {
      clients.push(await Client.connect(place(), {}, who));
    }
    const closed = await Promise.race(clients.map(async (client) => (await client.closed, client)));
    expect(closed.frames).toEqual([{ type: 'error', code: 'connection_limit', message: expect.any(String) }]);
    const others = clients.filter((client) => client !== closed);
    await Promise.all(others.map((client) => client.ask({ action: 'ping' })));
    expect(others.flatMap(({ frames }) => frames).filter(({ type }) => type !== 'pong')).toEqual([]);
  });

  test('can request the positions of used and unused topics', async () => {
    const client = await connect();
    const [used, unused] = [newTopic(), newTopic()];
    await client.ask({ action: 'publish', topic: used, data: 1 });
    const heads = async () => {
      const pong = await client.ask({ action: 'ping', topics: [used, unused] });
      return pong.type === 'pong' ? pong.positions : {};
    };
    let positions = await heads();
    // A head can be up to 2 seconds old.
    for (const end = Date.now() + 5000; positions[used]?.sequence === 0 && Date.now() < end;) {
      positions = await heads();
    }
    expect(positions).toEqual({
      [used]: { epoch: expect.stringMatching(/./), sequence: 1 },
      [unused]: { epoch: '', sequence: 0 },
    });
  });

  test('receives one answer with the ref for each frame, in any order', async () => {
    const client = await connect();
    const answers = Array.from({ length: 20 }, () => client.ask({ action: 'ping' }));
    const refs = (await Promise.all(answers)).map((answer) => 'ref' in answer && answer.ref);
    expect(new Set(refs).size).toBe(20);
    expect(client.frames).toHaveLength(20);
  });

  test('uses the last value of a repeated key', async () => {
    const client = await connect();
    expect(await client.say('{"action":"shout","action":"ping","ref":"1","ref":"2"}')).toMatchObject({
      type: 'pong',
      ref: '2',
    });
  });
}
