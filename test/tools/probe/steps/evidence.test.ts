import type { RequestListener } from 'node:http';
import { evidence } from '../../../../tools/probe/steps/evidence';
import { runs } from '../../../../tools/probe/steps/runs';
import { Laboratory } from './laboratory';

let laboratory: Laboratory;
beforeEach(() => {
  laboratory = new Laboratory();
});
afterEach(() => laboratory.close());

const fastApi: RequestListener = ({ url }, response) => {
  response.setHeader('server', 'uvicorn');
  if (url === '/openapi.json') {
    response.end('{"openapi":"3.1.0"}');
  } else if (url?.startsWith('/items')) {
    response.setHeader('set-cookie', ['session=secret; Path=/', 'theme=dark']);
    response.end('{}');
  } else {
    response.writeHead(404).end(`{"detail":"Not Found"}${' '.repeat(3_000)}`);
  }
};

test('the responses that show the framework are recorded, without the values of cookies', async () => {
  const context = await runs(laboratory.context(await laboratory.serve(fastApi)));
  await evidence(context);

  expect(context.found.evidence).toMatchObject({
    headers: { server: 'uvicorn', 'set-cookie': 'session, theme' },
    httpVersion: '1.1',
    missing: { status: 404, reason: 'Not Found', headers: { server: 'uvicorn' } },
    openApi: true,
  });
  expect(context.found.evidence?.missing?.body).toMatch(/^{"detail":"Not Found"} {1978}$/);
});

test("the page's token is sent, but not the type of a body that there is not", async () => {
  const received: unknown[] = [];
  const url = await laboratory.serve(({ method, headers }, response) => {
    received.push([method, headers.authorization, headers['content-type']]);
    response.end();
  });
  const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
  await evidence(laboratory.context(url, { method: 'POST', body: '{}', headers }));

  expect(received).toEqual(Array(2).fill(['GET', 'Bearer x', undefined]));
});

test('a server that does not answer gives no evidence, and no error', async () => {
  const context = laboratory.context(await laboratory.serve(({ socket }) => socket.destroy()));
  await evidence(context);

  expect(context.found.evidence).toEqual({ headers: {}, httpVersion: '' });
});
