import fc from 'fast-check';
import { TokenBucket } from '../../websocket/token-bucket';
import { close, frame, Running } from './running';

describe('a stage', () => {
  let running: Running;
  afterEach(() => running.stop());

  const ok = () => ({ statusCode: 200 });
  /** A stage that allows `burstLimit` requests, and then none for longer than a test takes. */
  const stage = (burstLimit: number) => ({ name: 'prod', variables: {}, rateLimit: 0.001, burstLimit });

  test('rejects handshakes beyond its burst with 429 and does not run $connect for them', async () => {
    running = await Running.start({ functions: { $connect: ok }, api: { stage: stage(1) } });
    await running.connected();
    expect((await running.refused()).status).toBe(429);
    expect(running.events).toHaveLength(1);
  });

  test('answers frames beyond its burst with Too Many Requests and keeps the connection open', async () => {
    running = await Running.start({ functions: { $default: ok }, api: { stage: stage(2) } });
    const client = await running.connected();
    client.send('passes');
    client.send('does not');
    expect(await frame(client)).toMatch(/^{"message": "Too Many Requests", "connectionId":"[\w-]{15}=", "requestId":"/);
    expect(running.events.map(({ event }) => event.body)).toEqual(['passes']);
    const closed = close(client);
    client.close(1000);
    expect((await closed)[0]).toBe(1000);
  });

  test('counts the requests of all its connections together', async () => {
    running = await Running.start({ functions: { $default: ok }, api: { stage: stage(3) } });
    const [one, two] = [await running.connected(), await running.connected()];
    one.send('passes');
    await running.event('$default');
    two.send('does not');
    expect(JSON.parse(await frame(two)).message).toBe('Too Many Requests');
  });

  test('without its own throttling limits has those of the account', async () => {
    running = await Running.start({ limits: { requestsPerSecond: 0.001, burst: 1 } });
    await running.connected();
    expect((await running.refused()).status).toBe(429);
  });
});

test('new connections beyond the limit of the account get status 429', async () => {
  const running = await Running.start({ limits: { newConnectionsPerSecond: 1 } });
  try {
    await running.connected();
    expect((await running.refused()).status).toBe(429);
  } finally {
    await running.stop();
  }
});

describe('TokenBucket', () => {
  const rates = fc.integer({ min: 1, max: 1000 });

  test('allows at most `burst` requests at once', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 200 }), fc.nat(1e9), (rate, burst, now) => {
        const bucket = new TokenBucket(rate, burst);
        const taken = Array.from({ length: burst + 5 }, () => bucket.take(now)).filter(Boolean);
        expect(taken).toHaveLength(burst);
      }),
    );
  });

  test('never allows more requests than the burst and the refilled tokens', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 20 }), fc.array(fc.nat(200)), (rate, burst, steps) => {
        const bucket = new TokenBucket(rate, burst);
        let now = 0;
        let taken = 0;
        for (const step of steps) {
          now += step;
          taken += bucket.take(now) ? 1 : 0;
        }
        expect(taken).toBeLessThanOrEqual(burst + (now / 1000) * rate + 1e-6);
      }),
    );
  });

  test('allows no more than `burst` requests at once after a pause', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 1e9 }), (rate, burst, pause) => {
        const bucket = new TokenBucket(rate, burst);
        bucket.take(0);
        const now = pause + (1000 * burst) / rate;
        const taken = Array.from({ length: burst + 5 }, () => bucket.take(now)).filter(Boolean);
        expect(taken).toHaveLength(burst);
      }),
    );
  });

  test('refills a token after 1/rate seconds', () => {
    fc.assert(
      fc.property(rates, (rate) => {
        const bucket = new TokenBucket(rate, 1);
        expect([bucket.take(0), bucket.take(0), bucket.take(1000 / rate + 1e-6)]).toEqual([true, false, true]);
      }),
    );
  });
});
