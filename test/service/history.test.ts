import type { Principal } from '../../lambda/realtime/principal';
import type { MessageLog } from '../../lambda/realtime/ports';
import { Limit } from '../../client/protocol';
import { ALL_TOPIC_SCOPES } from '../../lambda/realtime/scopes';
import { readHead, readPage } from '../../service/history';
import { MemoryAdmission } from '../support/memory/admission';
import { ManualClock } from '../support/memory/clock';
import { MemoryConnections } from '../support/memory/connections';
import { MemoryMessageLog } from '../support/memory/message-log';

const principal: Principal = {
  subject: 'alice',
  tenant: 'acme',
  scopes: ALL_TOPIC_SCOPES,
  issuedAt: 0,
  expiresAt: 2e9,
};
const request = { topic: 'room:1', after: 0, limit: 100 };

function setUp() {
  const clock = new ManualClock();
  const rateLimits = new MemoryAdmission(clock, new MemoryConnections(clock), {
    requests: { perSecond: 10, burst: 20 },
    connections: 20,
  });
  const log = new MemoryMessageLog(clock, 3600, () => 'epoch');
  let ids = 0;
  const publish = async (count: number, bytes: number) => {
    for (let index = 0; index < count; index++) {
      ids += 1;
      await log.append({
        topic: 'acme/room:1',
        id: `m${ids}`,
        data: 'x'.repeat(bytes - 2),
        publishedAt: '',
        subject: 'alice',
      });
    }
  };
  /** Makes requests until one is refused. @returns the number of accepted ones */
  const accepted = async (read: () => Promise<unknown>) => {
    for (let count = 0; ; count++) {
      try {
        await read();
      } catch (error) {
        expect(error).toMatchObject({ code: 'rate_limited', retryAfter: expect.any(Number) });
        return count;
      }
    }
  };
  return { clock, rateLimits, log, publish, accepted, publishing: { log: log as MessageLog, rateLimits } };
}

it('a subject that reads small pages is refused after as many as it could publish messages', async () => {
  const { publish, accepted, publishing } = setUp();
  await publish(3, 100);
  expect(await accepted(() => readPage(request, principal, publishing))).toBe(20);
});

it('a subject that sends HEAD requests is refused after as many as it could publish messages', async () => {
  const { accepted, publishing } = setUp();
  expect(await accepted(() => readHead('room:1', principal, publishing))).toBe(20);
});

it('a page counts once more for each 32 KiB that were read after the first', async () => {
  const { publish, accepted, publishing } = setUp();
  await publish(4, Limit.DATA_BYTES);
  // 4 messages of 31 KiB count as 4.
  expect(await accepted(() => readPage(request, principal, publishing))).toBe(5);
});

it('a read that counts more than the rest of the burst is answered, and the next ones wait for it', async () => {
  const { publish, clock, publishing } = setUp();
  await publish(33, Limit.DATA_BYTES);
  expect(await readPage(request, principal, publishing)).toMatchObject({ messages: { length: 12 } });
  await expect(readPage(request, principal, publishing)).rejects.toMatchObject({ code: 'rate_limited' });
  clock.advance(1000);
  await readPage({ ...request, limit: 1 }, principal, publishing);
});

it('a subject that is refused causes no read of the log', async () => {
  const { log, accepted, publishing } = setUp();
  await accepted(() => readHead('room:1', principal, publishing));
  const reads = [jest.spyOn(log, 'read'), jest.spyOn(log, 'positions')];
  await expect(readPage(request, principal, publishing)).rejects.toThrow();
  await expect(readHead('room:1', principal, publishing)).rejects.toThrow();
  for (const read of reads) {
    expect(read).not.toHaveBeenCalled();
  }
});

it('reads of one subject do not count against another', async () => {
  const { accepted, publishing } = setUp();
  await accepted(() => readHead('room:1', principal, publishing));
  expect(await readPage(request, { ...principal, subject: 'bob' }, publishing)).toMatchObject({ messages: [] });
});

it('a token that cannot read a topic gets neither a page nor the head, and is not charged', async () => {
  const { rateLimits, publishing } = setUp();
  const spend = jest.spyOn(rateLimits, 'spend');
  const writer = { ...principal, scopes: ['topics:write'] };
  await expect(readPage(request, writer, publishing)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(readHead('room:1', writer, publishing)).rejects.toMatchObject({ code: 'forbidden' });
  expect(spend).not.toHaveBeenCalled();
});
