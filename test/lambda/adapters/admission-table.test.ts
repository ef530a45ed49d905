import { TOKEN_AGE_SECONDS } from '../../../lambda/adapters/admission-table';
import { CLOCK_TOLERANCE } from '../../../lambda/realtime/revocation';
import { ticketFor } from '../../../lambda/realtime/tickets';
import { failure } from '../../support/memory/dynamodb';
import { lanes, ORIGIN } from '../lanes';

describe('a logout', () => {
  it('is still known after expired items were deleted, as long as a token that it revokes is accepted', async () => {
    const { admission, newPrincipal, clock, dynamo } = lanes();
    const principal = newPrincipal();
    await admission.revoke(principal);
    const issuedAt = clock.now() / 1000 + CLOCK_TOLERANCE;
    // The service accepts a token until its maximum age and the tolerance have passed.
    clock.advance((CLOCK_TOLERANCE + TOKEN_AGE_SECONDS + CLOCK_TOLERANCE) * 1000);
    dynamo.sweep('admission', clock.now() / 1000);
    const ticket = ticketFor({ ...principal, issuedAt, expiresAt: clock.now() / 1000 + 60 }, ORIGIN, clock.now());
    expect(await admission.mint('hash', ticket)).toBe('revoked');
  });

  it('succeeds also if transactions for tickets of the subject hold its item at first', async () => {
    const { admission, newPrincipal, clock, failNext } = lanes();
    const principal = newPrincipal();
    for (let count = 0; count < 4; count += 1) {
      failNext('PutItem', failure('TransactionConflictException', 'Transaction is ongoing for the item'));
    }
    await admission.revoke(principal);
    expect(await admission.mint('hash', ticketFor(principal, ORIGIN, clock.now()))).toBe('revoked');
  });
});

it('a subject that owes for five minutes still owes after expired items were deleted', async () => {
  const { admission, newPrincipal, clock, dynamo } = lanes();
  const principal = newPrincipal();
  for (let charged = 0; charged < 100; charged += 1) {
    await admission.charge(principal, 3);
  }
  clock.advance(240_000);
  dynamo.sweep('admission', clock.now() / 1000);
  expect(await admission.spend(principal)).toEqual({ retryAfter: expect.any(Number) });
});
