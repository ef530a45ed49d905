import { probeCommand } from '../../../../tools/demo/page/first-request/command';
import { GET, PAGE, POST } from './made-up';

test('the command for a GET consists of the URL and the origin', () => {
  expect(probeCommand(GET, PAGE, undefined, 'posix')).toEqual({
    text: 'npm run probe -- https://api.example.com/items --origin http://localhost:5500',
  });
});

test('the command for a request of the same origin has no origin', () => {
  expect(probeCommand({ ...GET, url: `${PAGE}/a` }, PAGE, undefined, 'posix').text).toBe(
    'npm run probe -- http://localhost:5500/a',
  );
});

test('the command contains all that differs from the default, and quotes it', () => {
  const request = {
    ...POST,
    url: 'https://api.example.com/items?a=1&b=$HOME',
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: "Bearer it's" },
    body: '{"name": "cup"}',
    credentials: 'include' as const,
  };
  expect(probeCommand(request, PAGE, 'wss://ws.example.com/?a=1', 'posix').text).toBe(
    [
      "npm run probe -- 'https://api.example.com/items?a=1&b=$HOME' --origin http://localhost:5500 --method PUT",
      String.raw`--header 'authorization: Bearer it'\''s' --data '{"name": "cup"}' --credentials include`,
      "--websocket 'wss://ws.example.com/?a=1'",
    ].join(' '),
  );
});

test('the command names a content type that is not the default of its body', () => {
  const request = { ...POST, headers: { 'content-type': 'application/vnd.api+json' } };
  expect(probeCommand(request, PAGE, undefined, 'posix').text).toContain(
    "--header 'content-type: application/vnd.api+json'",
  );
});

test('on Windows, values are in double quotes, and a body with quotes is in a file', () => {
  const request = { ...POST, url: 'https://api.example.com/?a=1&b=2', body: '{"a":1}' };
  expect(probeCommand(request, PAGE, undefined, 'windows')).toEqual({
    text: 'npm run probe -- "https://api.example.com/?a=1&b=2" --origin http://localhost:5500 --data "@body.txt"',
    before: 'Save the body as the file body.txt first.',
  });
});

test('a body that begins like the name of a file is in a file', () => {
  expect(probeCommand({ ...POST, body: '@all' }, PAGE, undefined, 'posix').text).toContain('--data @body.txt');
});
