import { examples } from '../../../tools/demo/examples';

const URLS = { http: 'http://localhost:1', websocket: 'ws://localhost:2' };

test('the commands use the token of the local issuer', () => {
  const [first] = examples({ ...URLS, token: 'http://localhost:3/token' });
  expect(first?.command).toContain("curl -s 'http://localhost:3/token?subject=alice&tenant=acme'");
});

test('an app without a local issuer has no commands, because none would work', () => {
  expect(examples({ ...URLS, token: undefined })).toEqual([]);
});
