import fc from 'fast-check';
import { Heap } from './heap';

test('the heap returns items in the order of their keys, and items with equal keys in the order of insertion', () => {
  // A number is added; null removes an item.
  const steps = fc.array(fc.option(fc.integer({ min: 0, max: 5 })));
  fc.assert(
    fc.property(steps, (keys) => {
      const heap = new Heap<[key: number, order: number]>();
      let model: [number, number][] = [];
      for (const [order, key] of keys.entries()) {
        if (key !== null) {
          heap.push(key, [key, order]);
          model = [...model, [key, order] as [number, number]].sort(([a, i], [b, j]) => a - b || i - j);
        } else {
          expect(heap.key).toBe(model[0]?.[0] ?? Number.POSITIVE_INFINITY);
          expect(heap.pop()).toEqual(model.shift());
        }
      }
      expect(heap.size).toBe(model.length);
      expect(Array.from({ length: heap.size }, () => heap.pop())).toEqual(model);
    }),
  );
});
