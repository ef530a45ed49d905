import { AdmissionTable } from '../../../lambda/adapters/admission-table';
import { DynamoConnectionOpener } from '../../../lambda/adapters/connection-opener';
import { SubscriptionTable } from '../../../lambda/adapters/subscription-table';
import { Table } from '../../../lambda/adapters/table';
import { ticketFor } from '../../../lambda/realtime/tickets';
import { ManualClock } from '../../support/memory/clock';
import { MemoryDynamoDB } from '../../support/memory/dynamodb';
import { lanes, ORIGIN } from '../lanes';

/** A subject with the default rate limits. @param slots - maximum number of its connections */
function subject(slots = 20) {
  const clock = new ManualClock();
  const dynamo = new MemoryDynamoDB({ tables: ['connections', 'admission'], now: clock.now });
  const table = new Table(dynamo, 'admission', clock);
  const admission = new AdmissionTable(table, clock, { perSecond: 100, burst: 200 }, slots);
  const frames = { perSecond: 10, burst: 200 };
  const connections = new SubscriptionTable(new Table(dynamo, 'connections', clock), clock, frames);
  const opener = new DynamoConnectionOpener({
    connections,
    admission: { table, name: 'admission' },
    connectionsPerSubject: slots,
    frames,
    clock,
  });
  const seconds = clock.now() / 1000;
  const principal = { ...lanes().newPrincipal(), issuedAt: seconds, expiresAt: seconds + 3600 };
  let count = 0;
  /** Opens a connection and sends frames until one is refused. @returns the number of accepted tokens */
  const openAndSend = async () => {
    const connection = { id: `c${(count += 1)}`, connectedAt: clock.now() };
    await admission.mint(connection.id, ticketFor(principal, ORIGIN, clock.now()));
    expect(await opener.open(connection, connection.id, [ORIGIN])).toMatchObject({ principal: expect.anything() });
    for (let sent = 0; ; sent += 10) {
      const accepted = await connections.accept(connection, 10);
      if (typeof accepted === 'string' || 'retryAfter' in accepted) {
        return sent;
      }
    }
  };
  return { clock, openAndSend };
}

it('20 connections that a subject opens at once all start with a burst', async () => {
  const { openAndSend } = subject();
  for (let connection = 0; connection < 20; connection++) {
    expect(await openAndSend()).toBe(200);
  }
});

it('a page that is loaded ten times gets a burst each time, also if its subject can have only three connections', async () => {
  const { openAndSend } = subject(3);
  for (let load = 0; load < 10; load++) {
    expect(await openAndSend()).toBe(200);
  }
  expect(await openAndSend()).toBe(0);
});

it('a subject that opens 20 connections a second sends at most 200 frames a second with their bursts after the first second', async () => {
  const { clock, openAndSend } = subject();
  const bySecond: number[] = [];
  for (let second = 0; second < 10; second++) {
    let frames = 0;
    for (let ticket = 0; ticket < 20; ticket++) {
      frames += await openAndSend();
      clock.advance(50);
    }
    bySecond.push(frames);
  }
  // Without a limit, 4,000 each second.
  expect(bySecond).toEqual([4000, ...Array.from({ length: 9 }, () => 200)]);
});
