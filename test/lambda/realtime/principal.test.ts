import fc from 'fast-check';
import { identityOf, principalOf } from '../../../lambda/realtime/principal';

const CLAIMS = { sub: 'alice', tenant: 'acme', iat: 1000, exp: 2000, scope: 'openid topics:read' };

it('reads who asks from claims', () => {
  expect(principalOf(CLAIMS, 'tenant')).toEqual({
    subject: 'alice',
    tenant: 'acme',
    scopes: ['openid', 'topics:read'],
    issuedAt: 1000,
    expiresAt: 2000,
  });
});

it('takes the tenant from the claim it is told, and no other', () => {
  const claims = { ...CLAIMS, 'custom:tenant': 'rival' };
  expect(principalOf(claims, 'custom:tenant')).toMatchObject({ tenant: 'rival' });
  expect(principalOf(CLAIMS, 'custom:tenant')).toBeUndefined();
  expect(principalOf(CLAIMS, 'constructor')).toBeUndefined();
  expect(principalOf(CLAIMS, '__proto__')).toBeUndefined();
});

it.each(['', ' ', 'a b', 'a/b', '../acme', 'acme#', 'acme\n', 'аcme', 'x'.repeat(129), 7, null, ['acme'], {}])(
  'takes %j for no name of a subject or a tenant',
  (name) => {
    expect(principalOf({ ...CLAIMS, tenant: name }, 'tenant')).toBeUndefined();
    expect(principalOf({ ...CLAIMS, sub: name }, 'tenant')).toBeUndefined();
  },
);

it('needs to know when the token was issued, and when it ends', () => {
  expect(principalOf({ ...CLAIMS, iat: undefined }, 'tenant')).toBeUndefined();
  expect(principalOf({ ...CLAIMS, exp: '2000' }, 'tenant')).toBeUndefined();
});

it('never takes two subjects for one', () => {
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

it('throws at no claims whatever', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (claims, tenantClaim) => {
      const principal = principalOf(claims, tenantClaim);
      expect(principal === undefined || principal.tenant === claims[tenantClaim]).toBe(true);
    }),
  );
});
