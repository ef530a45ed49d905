import fc from 'fast-check';
import { identityOf, principalOf } from '../../../lambda/realtime/principal';

const CLAIMS = { sub: 'alice', tenant: 'acme', iat: 1000, exp: 2000, scope: 'openid topics:read' };

it('a principal is read from claims', () => {
  expect(principalOf(CLAIMS, 'tenant')).toEqual({
    subject: 'alice',
    tenant: 'acme',
    scopes: ['openid', 'topics:read'],
    issuedAt: 1000,
    expiresAt: 2000,
  });
});

it('the tenant is read only from the configured claim', () => {
  const claims = { ...CLAIMS, 'custom:tenant': 'rival' };
  expect(principalOf(claims, 'custom:tenant')).toMatchObject({ tenant: 'rival' });
  expect(principalOf(CLAIMS, 'custom:tenant')).toBeUndefined();
  expect(principalOf(CLAIMS, 'constructor')).toBeUndefined();
  expect(principalOf(CLAIMS, '__proto__')).toBeUndefined();
});

it.each(['', ' ', 'a b', 'a/b', '../acme', 'acme#', 'acme\n', 'аcme', 'x'.repeat(129), 7, null, ['acme'], {}])(
  '%j is not accepted as a subject or a tenant',
  (name) => {
    expect(principalOf({ ...CLAIMS, tenant: name }, 'tenant')).toBeUndefined();
    expect(principalOf({ ...CLAIMS, sub: name }, 'tenant')).toBeUndefined();
  },
);

it('claims require a time of issue and an expiry', () => {
  expect(principalOf({ ...CLAIMS, iat: undefined }, 'tenant')).toBeUndefined();
  expect(principalOf({ ...CLAIMS, exp: '2000' }, 'tenant')).toBeUndefined();
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
      const principal = principalOf(claims, tenantClaim);
      expect(principal === undefined || principal.tenant === claims[tenantClaim]).toBe(true);
    }),
  );
});
