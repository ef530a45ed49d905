import { createServer } from 'node:http';
import { listen } from '../listen';

test('a server can be closed twice, as by two Ctrl-C, and no longer answers', async () => {
  const listening = await listen(
    createServer((_, response) => response.end('ok')),
    0,
    'app.example.com',
  );
  expect(await (await fetch(listening.url.replace(/\/\/[^:]+/, '//127.0.0.1'))).text()).toBe('ok');
  await Promise.all([listening.close(), listening.close()]);
  await listening.close();
  await expect(fetch(listening.url.replace(/\/\/[^:]+/, '//127.0.0.1'))).rejects.toThrow('fetch failed');
});
