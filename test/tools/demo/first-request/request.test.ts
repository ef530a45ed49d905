import {
  type PageRequest,
  reasonsForPreflight,
  simplified,
  withNewUrl,
} from '../../../../tools/demo/page/first-request/request';
import { GET, PAGE, POST } from './made-up';

test.each<[string, PageRequest, string[]]>([
  ['a GET', GET, []],
  ['a POST of text', { ...POST, headers: { 'content-type': 'text/plain;charset=UTF-8' } }, []],
  ['a POST of JSON', POST, ['the content type application/json']],
  [
    'another method and a header',
    { ...GET, method: 'PUT', headers: { 'x-key': '1' } },
    ['the method PUT', 'the header x-key'],
  ],
  ['a token', { ...GET, headers: { authorization: 'Bearer a', accept: '*/*' } }, ['the header authorization']],
  ['a long value of a safe header', { ...GET, headers: { accept: 'a'.repeat(129) } }, ['the header accept']],
  ['the own origin', { ...POST, url: `${PAGE}/items` }, []],
])('a browser asks for permission before %s exactly for these reasons', (_, request, reasons) => {
  expect(reasonsForPreflight(request, PAGE)).toEqual(reasons);
});

test.each<[string, PageRequest]>([
  ['a POST of JSON', POST],
  ['a PUT with a header', { ...POST, method: 'PUT', headers: { 'x-key': '1' } }],
])('the simple form of %s needs no preflight', (_, request) => {
  expect(reasonsForPreflight(simplified(request), PAGE)).toEqual([]);
});

test('a new URL differs in its query, and keeps the query that it has', () => {
  expect(withNewUrl({ ...GET, url: 'https://api.example.com/items?a=1' }, 'x').url).toBe(
    'https://api.example.com/items?a=1&first-request=x',
  );
});
