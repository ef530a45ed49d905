import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getPage } from '../../../tools/verify/page';
import { put } from '../../../tools/verify/question';

/** Serves one page on loopback while `use` runs. */
async function served<Result>(answer: RequestListener, use: (url: string) => Promise<Result>): Promise<Result> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
  } finally {
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }
}

const asked = (url: string, patience?: number) => put({ url, subject: 'the page', ask: () => getPage(url, patience) });

describe('A public page', () => {
  it('is got with GET, without credentials or a body', async () => {
    const requests: unknown[] = [];
    const answer: RequestListener = ({ method, url, headers }, response) => {
      requests.push([method, url, headers.authorization, headers.cookie, headers['content-length']]);
      response.end('{}');
    };

    expect(await served(answer, (url) => asked(url))).toEqual({ answer: { status: 200, body: '{}' } });
    expect(requests).toEqual([['GET', '/keys', undefined, undefined, undefined]]);
  });

  it.each([302, 404, 503])('has answered with %d, too, and nothing else is asked', async (status) => {
    let requests = 0;
    const answer: RequestListener = (_, response) => {
      requests += 1;
      response.writeHead(status, { location: '/other' }).end('moved');
    };

    expect(await served(answer, (url) => asked(url))).toEqual({ answer: { status, body: 'moved' } });
    expect(requests).toBe(1);
  });

  it('stays unanswered where nobody listens', async () => {
    const gone = await served(
      () => undefined,
      async (url) => url,
    );

    expect(await asked(gone)).toEqual({ unanswered: `${gone} did not answer (ECONNREFUSED): check the network` });
  });

  it('stays unanswered where the answer takes too long', async () => {
    await served(
      () => undefined,
      async (url) => {
        expect(await asked(url, 100)).toEqual({ unanswered: `${url} did not answer in time: try again in a minute` });
      },
    );
  });

  it('does not hide a fault of this program', async () => {
    await expect(asked('no URL')).rejects.toThrow('Invalid URL');
  });
});
