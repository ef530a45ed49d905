import { Latencies } from '../../../tools/demo/page/latencies';

test('a percentile of latencies covers the given range of requests, and is undefined if none has a response', () => {
  const latencies = new Latencies();
  latencies.values.push(1000, 5, undefined, 1, 3, 1000);
  expect(latencies.percentile(0.5, 1, 5)).toBe(3);
  expect(latencies.percentile(0.99, 1, 5)).toBe(5);
  expect(latencies.percentile(0.5, 2, 3)).toBeUndefined();
});

describe('A request', () => {
  const signal = new AbortController().signal;
  const broken = async (error: Error) => {
    throw error;
  };

  test('that has no response or an error is counted as failed, and another is not', async () => {
    const latencies = new Latencies();
    await latencies.count(broken(new TypeError('Failed to fetch')), signal);
    await latencies.count(Promise.resolve(new Response('', { status: 503 })), signal);
    await latencies.count(Promise.resolve(new Response('')), signal);
    expect(latencies.failed).toBe(2);
  });

  test('that fails twice, by its status and while its body is read, is counted once', async () => {
    const latencies = new Latencies();
    const response = new Response('', { status: 503 });
    await latencies.count(
      Promise.resolve(Object.assign(response, { text: () => broken(new TypeError('network error')) })),
      signal,
    );
    expect(latencies.failed).toBe(1);
  });

  test.each([
    ['before its response', () => broken(new Error('The user aborted a request.'))],
    [
      'while its body is read',
      async () => Object.assign(new Response(''), { text: () => broken(new Error('The user aborted a request.')) }),
    ],
  ])('that is aborted %s is no failure, and no error', async (_, request) => {
    const latencies = new Latencies();
    const stop = AbortSignal.abort();
    await latencies.count(request(), stop);
    expect(latencies.failed).toBe(0);
  });
});
