import { pageRequest } from '../../../../tools/probe/network/page-request';
import type { PageRequest } from '../../../../tools/probe/plan';

const REQUEST: PageRequest = {
  url: new URL('http://localhost:8000/items?page=2'),
  method: 'GET',
  headers: { 'x-app': '1' },
  credentials: 'same-origin',
};

test("the page's request has its path with the query, and its headers", () => {
  expect(pageRequest(REQUEST)).toEqual({ method: 'GET', path: '/items?page=2', headers: { 'x-app': '1' } });
});

test.each([
  ['GET', 'http://localhost:5500', true],
  ['GET', 'null', true],
  ['GET', 'http://localhost:8000', false],
  ['POST', 'http://localhost:8000', true],
  ['GET', undefined, false],
])('a %s of a page of %s has the header Origin only if a browser sends it', (method, origin, sent) => {
  expect('origin' in pageRequest({ ...REQUEST, method, origin }).headers).toBe(sent);
});
