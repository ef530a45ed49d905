import fc from 'fast-check';
import { covers, hostNameIn, isHostName, isInZone, isOrigin, originIn } from '../../../lib/domains/host-names';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const zone = fc.stringMatching(/^([a-z0-9]{1,10}\.){1,3}[a-z]{2,6}$/);
const below = fc.tuple(label, zone).map(([name, parent]) => ({ host: `${name}.${parent}`, name, parent }));

describe('A host name', () => {
  test('is suggested for its upper-case form, its form with a final dot, and a URL with it', () => {
    fc.assert(
      fc.property(
        below,
        fc.constantFrom('https://', 'wss://', ''),
        fc.constantFrom('', ':8443', '/path', '.'),
        (...parts) => {
          const [{ host }, scheme, rest] = parts;
          expect(isHostName(host)).toBe(true);
          expect(hostNameIn(`${scheme}${host.toUpperCase()}${rest}`)).toBe(host);
        },
      ),
    );
  });

  test('is valid whenever it is suggested for any text', () => {
    fc.assert(fc.property(fc.string(), (text) => isHostName(hostNameIn(text) ?? 'example.com')));
  });

  test('is not an IPv4 address', () => {
    fc.assert(fc.property(fc.ipV4(), (address) => !isHostName(address)));
  });
});

describe('A host in a zone', () => {
  test('is the zone itself or any name below it', () => {
    fc.assert(
      fc.property(
        below,
        ({ name, host, parent }) =>
          isInZone(host, parent) && isInZone(`${name}.${host}`, parent) && isInZone(parent, parent),
      ),
    );
  });

  test('is not a name that only ends in the same letters, nor the parent of the zone', () => {
    fc.assert(
      fc.property(below, ({ name, host, parent }) => !isInZone(`${name}${parent}`, parent) && !isInZone(parent, host)),
    );
  });
});

describe('A certificate', () => {
  test('for a name covers that name and no name below it', () => {
    fc.assert(fc.property(below, ({ host, parent }) => covers(host, host) && !covers(parent, host)));
  });

  test('for a wildcard covers exactly one label', () => {
    fc.assert(
      fc.property(below, label, ({ host, parent }, another) => {
        expect(covers(`*.${parent}`, host)).toBe(true);
        expect(covers(`*.${parent}`, parent)).toBe(false);
        expect(covers(`*.${parent}`, `${another}.${host}`)).toBe(false);
      }),
    );
  });
});

describe('An origin', () => {
  const port = fc.oneof(
    fc.constant(''),
    fc.integer({ min: 444, max: 65_535 }).map((number) => `:${number}`),
  );
  const origin = fc.tuple(below, port).map(([{ host }, at]) => ({ host, at, origin: `https://${host}${at}` }));

  test('consists of https, a host name and optionally a port other than 443', () => {
    fc.assert(fc.property(origin, ({ origin }) => isOrigin(origin)));
  });

  test.each([
    ['a path', ({ origin }: { origin: string }) => `${origin}/path`],
    ['a final slash', ({ origin }: { origin: string }) => `${origin}/`],
    ['a query', ({ origin }: { origin: string }) => `${origin}?a=b`],
    ['a fragment', ({ origin }: { origin: string }) => `${origin}#top`],
    ['white space', ({ origin }: { origin: string }) => ` ${origin}`],
    ['an upper-case scheme', ({ origin }: { origin: string }) => origin.replace('https', 'HTTPS')],
    ['user and password', ({ origin }: { origin: string }) => origin.replace('//', '//user:password@')],
  ])('with %s is rejected, and the origin without it is suggested', (_what, spoil) => {
    fc.assert(
      fc.property(origin, (good) => {
        expect(isOrigin(spoil(good))).toBe(false);
        expect(originIn(spoil(good))).toBe(good.origin);
      }),
    );
  });

  test('with http is rejected, except for localhost', () => {
    fc.assert(
      fc.property(origin, ({ host, at }) => !isOrigin(`http://${host}${at}`) && isOrigin(`http://localhost${at}`)),
    );
  });

  test('with a wildcard or a final dot is rejected', () => {
    fc.assert(
      fc.property(origin, ({ host, at }) => !isOrigin(`https://*.${host}${at}`) && !isOrigin(`https://${host}.${at}`)),
    );
  });

  test('is valid whenever it is suggested for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => isOrigin(originIn(text) ?? 'https://app.example.com')),
    );
  });
});
