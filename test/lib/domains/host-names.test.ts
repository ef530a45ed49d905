import fc from 'fast-check';
import { covers, hostNameIn, isHostName, isInZone } from '../../../lib/domains/host-names';

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
