import { TwinlaneError } from '../../client';
import { Lanes } from './lanes';

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

class Price {
  constructor(readonly cents: number) {}
}
class Secret {
  readonly #value = 1;
  toString(): string {
    return `${this.#value}`;
  }
}
const cycle: { child: { parent?: object } } = { child: {} };
cycle.child.parent = cycle;
const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown;

it.each<[string, unknown, string]>([
  ['NaN', { items: [0, { price: Number.NaN }] }, 'data.items[1].price: NaN cannot'],
  ['Infinity', [Number.POSITIVE_INFINITY], 'data[0]: Infinity cannot'],
  ['a bigint', { a: 10n }, 'data.a: '],
  ['undefined', undefined, 'data: undefined cannot'],
  ['undefined in an array', [undefined], 'data[0]: undefined cannot'],
  ['a function', () => 1, 'data: function cannot'],
  ['a symbol in an array', [Symbol('a')], 'data[0]: symbol cannot'],
  ['a Map', { map: new Map([[1, 2]]) }, 'data.map: Map cannot'],
  ['a Set', new Set([1]), 'data: Set cannot'],
  ['a promise', [Promise.resolve(1)], 'data[0]: Promise cannot'],
  ['an instance whose fields are private', new Secret(), 'data: Secret cannot'],
  ['a typed array', { pixels: new Uint8Array([1, 2]) }, 'data.pixels: Uint8Array cannot'],
  ['an empty typed array', [new Float64Array()], 'data[0]: Float64Array cannot'],
  ['an ArrayBuffer', new ArrayBuffer(2), 'data: ArrayBuffer cannot'],
  ['a DataView', new DataView(new ArrayBuffer(2)), 'data: DataView cannot'],
  ['an unpaired surrogate', { text: '\uD800x' }, 'data.text: unpaired surrogate'],
  ['a key with an unpaired surrogate', { 'a\uDC00': 1 }, 'unpaired surrogate'],
  ['an object that contains itself', cycle, 'data.child.parent: '],
])('the client refuses to publish %s, before it sends anything', async (_, data, message) => {
  const error: unknown = await lanes
    .client()
    .publish('news', data)
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TwinlaneError);
  expect(error).toMatchObject({ code: 'invalid_data', published: 'no', message: expect.stringContaining(message) });
  expect(lanes.requests).toEqual([]);
});

it.each<[string, unknown]>([
  ['more than 31 KiB in UTF-8', '€'.repeat(10_581)],
  ['more than 64 levels', nested(65)],
])('the client refuses to publish data of %s', async (_, data) => {
  await expect(lanes.client().publish('news', data)).rejects.toMatchObject({ code: 'too_large', published: 'no' });
});

it.each<[string, unknown, string]>([
  ['an instance with fields', new Price(5), '{"cents":5}'],
  ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ['empty objects and arrays', [{}, [], Object.create(null)], '[{},[],{}]'],
  ['undefined properties', { a: undefined, b: 1 }, '{"b":1}'],
  ['the same object twice', ((one) => [one, one])({ a: 1 }), '[{"a":1},{"a":1}]'],
  ['an emoji', { '💥': '👩‍👩‍👧‍👦' }, '{"💥":"👩‍👩‍👧‍👦"}'],
  ['the largest text', '€'.repeat(10_580), JSON.stringify('€'.repeat(10_580))],
  ['64 levels', nested(64), JSON.stringify(nested(64))],
])('the client publishes %s as JSON.stringify writes it', async (_, data, text) => {
  await lanes.client().publish('news', data);
  expect(lanes.requests.at(-1)?.body).toContain(`{"data":${text},"id":`);
});
