import type { MessageLog } from '../../../lambda/realtime/ports';
import type { Principal } from '../../../lambda/realtime/principal';
import { publish } from '../../../lambda/realtime/publishing';
import { ALL_TOPIC_SCOPES } from '../../../lambda/realtime/scopes';
import { ManualClock } from '../../support/memory/clock';
import { MemoryMessageLog } from '../../support/memory/message-log';

const ALICE: Principal = {
  subject: 'alice',
  tenant: 'acme',
  scopes: ALL_TOPIC_SCOPES,
  issuedAt: 0,
  expiresAt: Number.MAX_SAFE_INTEGER,
};

function setUp(spent: 'spent' | { retryAfter: number } = 'spent') {
  const clock = new ManualClock();
  const events: string[] = [];
  const memory = new MemoryMessageLog(clock, 3600, () => 'epoch');
  const log: MessageLog = {
    prepare: (topic) => void events.push(`prepare ${topic}`),
    append: (draft) => {
      events.push(`append ${draft.topic}`);
      return memory.append(draft);
    },
    read: (topic, after, limit) => memory.read(topic, after, limit),
    positions: (topics) => memory.positions(topics),
  };
  const rateLimits = {
    spend: async () => {
      events.push('spend');
      return spent;
    },
    charge: async () => undefined,
  };
  const by = (principal: Principal) =>
    publish({ topic: 'room:1', data: 1 }, principal, { log, rateLimits, clock, newId: () => 'id' });
  return { events, by };
}

it('publish() announces the append before the rate limit is checked, so that the log reads meanwhile', async () => {
  const { events, by } = setUp();
  expect(await by(ALICE)).toMatchObject({ topic: 'room:1', sequence: 1 });
  expect(events).toEqual(['prepare acme/room:1', 'spend', 'append acme/room:1']);
});

it('publish() appends nothing beyond the rate limit', async () => {
  const { events, by } = setUp({ retryAfter: 1 });
  await expect(by(ALICE)).rejects.toThrow(expect.objectContaining({ code: 'rate_limited' }));
  expect(events).toEqual(['prepare acme/room:1', 'spend']);
});

it('publish() announces nothing for a principal that is not allowed to publish', async () => {
  const { events, by } = setUp();
  await expect(by({ ...ALICE, scopes: [] })).rejects.toThrow(expect.objectContaining({ code: 'forbidden' }));
  expect(events).toEqual([]);
});
