import { examples } from '../../../tools/demo/examples';

const URLS = { http: 'http://localhost:1', websocket: 'ws://localhost:2' };

test('the commands of npm start get their token from the local issuer', () => {
  const [first] = examples({ ...URLS, token: 'http://localhost:3/token' });
  expect(first?.command).toContain("curl -s 'http://localhost:3/token?subject=alice&tenant=acme'");
  expect(first?.command).toContain(String.raw`sed 's/.*"id_token":"\([^"]*\)".*/\1/'`);
});

test('npm start prints no commands for an app without a local issuer', () => {
  expect(examples({ ...URLS, token: undefined })).toEqual([]);
});
