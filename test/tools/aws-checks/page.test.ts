import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getPage } from '../../../tools/aws-checks/page';
import { outcomeOf } from '../../../tools/aws-checks/query';

/** Serves one page on loopback until `use` resolves. */
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

const outcomeOfPage = (url: string, timeout?: number) =>
  outcomeOf({ url, subject: 'the page', run: () => getPage(url, timeout) });

describe('A public page', () => {
  it('is fetched with GET, without credentials or a body', async () => {
    const requests: unknown[] = [];
    const answer: RequestListener = ({ method, url, headers }, response) => {
      requests.push([method, url, headers.authorization, headers.cookie, headers['content-length']]);
      response.end('{}');
    };

    expect(await served(answer, (url) => outcomeOfPage(url))).toEqual({ answer: { status: 200, body: '{}' } });
    expect(requests).toEqual([['GET', '/keys', undefined, undefined, undefined]]);
  });

  it.each([302, 404, 503])('can respond with %d, and no second request follows', async (status) => {
    let requests = 0;
    const answer: RequestListener = (_, response) => {
      requests += 1;
      response.writeHead(status, { location: '/other' }).end('moved');
    };

    expect(await served(answer, (url) => outcomeOfPage(url))).toEqual({ answer: { status, body: 'moved' } });
    expect(requests).toBe(1);
  });

  it('is unanswered if nothing listens', async () => {
    const gone = await served(
      () => undefined,
      async (url) => url,
    );

    expect(await outcomeOfPage(gone)).toEqual({
      unanswered: `${gone} did not respond (ECONNREFUSED). Fix: check the network.`,
    });
  });

  it('is unanswered if the response takes too long', async () => {
    await served(
      () => undefined,
      async (url) => {
        expect(await outcomeOfPage(url, 100)).toEqual({
          unanswered: `${url} did not respond in time. Fix: try again in a minute.`,
        });
      },
    );
  });

  it('is not fetched from an invalid URL: the error is rethrown', async () => {
    await expect(outcomeOfPage('no URL')).rejects.toThrow('Invalid URL');
  });
});
