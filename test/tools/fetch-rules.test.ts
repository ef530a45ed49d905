import { contentTypeOf } from '../../tools/fetch-rules';

test.each([
  ['{"a":1}', 'application/json'],
  ['hello', 'text/plain;charset=UTF-8'],
])('the content type of %p is %s', (body, type) => {
  expect(contentTypeOf(body)).toBe(type);
});
