import fc from 'fast-check';
import { identityOf, principalOf } from '../../../lambda/realtime/principal';

const RULES = { tenantClaim: 'tenant', requireScopes: true };
const CLAIMS = { sub: 'alice', tenant: 'acme', iat: 1000, exp: 2000, scope: 'openid topics:read' };

it('a principal is read from claims', () => {
  expect(principalOf(CLAIMS, RULES)).toEqual({
    subject: 'alice',
    tenant: 'acme',
    scopes: ['openid', 'topics:read'],
    issuedAt: 1000,
    expiresAt: 2000,
  });
});

it('the tenant is read only from the configured claim', () => {
  const claims = { ...CLAIMS, 'custom:tenant': 'rival' };
  expect(principalOf(claims, { ...RULES, tenantClaim: 'custom:tenant' })).toMatchObject({ tenant: 'rival' });
  for (const tenantClaim of ['custom:tenant', 'constructor', '__proto__']) {
    expect(principalOf(CLAIMS, { ...RULES, tenantClaim })).toBeUndefined();
  }
});

it.each(['', ' ', 'a b', 'a/b', '../acme', 'acme#', 'acme\n', 'аcme', 'x'.repeat(129), 7, null, ['acme'], {}])(
  '%j is not accepted as a subject or a tenant',
  (name) => {
    expect(principalOf({ ...CLAIMS, tenant: name }, RULES)).toBeUndefined();
    expect(principalOf({ ...CLAIMS, sub: name }, RULES)).toBeUndefined();
  },
);

it('claims require a time of issue and an expiry', () => {
  expect(principalOf({ ...CLAIMS, iat: undefined }, RULES)).toBeUndefined();
  expect(principalOf({ ...CLAIMS, exp: '2000' }, RULES)).toBeUndefined();
});

it.each([2 ** 53, 2 ** 53 + 1, -(2 ** 53), 1e300, Number.POSITIVE_INFINITY, Number.NaN, null])(
  'the time %j, which a table cannot keep, is not accepted',
  (time) => {
    expect(principalOf({ ...CLAIMS, iat: time }, RULES)).toBeUndefined();
    expect(principalOf({ ...CLAIMS, exp: time }, RULES)).toBeUndefined();
  },
);

it('times with fractions of a second are rounded down, so that a logout in the same second revokes the token', () => {
  const claims = { ...CLAIMS, iat: 1000.999, exp: 2000.5 };
  expect(principalOf(claims, RULES)).toMatchObject({ issuedAt: 1000, expiresAt: 2000 });
});

it('scopes of an unknown form are not accepted', () => {
  expect(principalOf({ ...CLAIMS, scope: 7 }, RULES)).toBeUndefined();
});

it('different subjects have different identities', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9._:@|-]{1,12}$/);
  fc.assert(
    fc.property(name, name, name, name, (tenant, subject, otherTenant, otherSubject) => {
      const same = tenant === otherTenant && subject === otherSubject;
      const [one, other] = [
        { tenant, subject },
        { tenant: otherTenant, subject: otherSubject },
      ].map(identityOf);
      expect(one === other).toBe(same);
    }),
  );
});

it('no claims make principalOf() throw', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (claims, tenantClaim) => {
      const principal = principalOf(claims, { ...RULES, tenantClaim });
      expect(principal === undefined || principal.tenant === claims[tenantClaim]).toBe(true);
    }),
  );
});
