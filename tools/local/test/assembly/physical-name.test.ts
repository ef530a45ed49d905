import fc from 'fast-check';
import { physicalName } from '../../assembly/physical-name';

const PLACE = { region: 'us-east-1', accountId: '000000000000' };

test('a physical name starts with the stack and the logical id', () => {
  expect(physicalName({ ...PLACE, stackName: 'Chat', logicalId: 'Messages0A1B2C3D' }, 255)).toMatch(
    /^Chat-Messages0A1B2C3D-[0-9A-F]{12}$/,
  );
});

test('a physical name respects the maximum length, and is stable and unique for a resource', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9]{1,200}$/);
  fc.assert(
    fc.property(word, word, word, fc.constantFrom(32, 64, 80, 255), (stackName, logicalId, other, longest) => {
      fc.pre(logicalId !== other);
      const declaration = { ...PLACE, stackName, logicalId };
      const name = physicalName(declaration, longest);
      expect(name.length).toBeLessThanOrEqual(longest);
      expect(physicalName(declaration, longest)).toBe(name);
      expect(physicalName({ ...declaration, logicalId: other }, longest)).not.toBe(name);
      expect(physicalName({ ...declaration, region: 'eu-west-1' }, longest)).not.toBe(name);
      expect(physicalName({ ...declaration, accountId: '111122223333' }, longest)).not.toBe(name);
    }),
  );
});
