import fc from 'fast-check';
import { physicalName } from '../../assembly/physical-name';

test('a physical name starts with the stack and the logical id', () => {
  expect(physicalName('Chat', 'Messages0A1B2C3D', 255)).toMatch(/^Chat-Messages0A1B2C3D-[0-9A-F]{12}$/);
});

test('a physical name respects the maximum length, and is stable and unique for a resource', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9]{1,200}$/);
  fc.assert(
    fc.property(word, word, word, fc.constantFrom(32, 64, 80, 255), (stack, logicalId, other, longest) => {
      fc.pre(logicalId !== other);
      const name = physicalName(stack, logicalId, longest);
      expect(name.length).toBeLessThanOrEqual(longest);
      expect(physicalName(stack, logicalId, longest)).toBe(name);
      expect(physicalName(stack, other, longest)).not.toBe(name);
    }),
  );
});
