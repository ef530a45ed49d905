import { answer } from '../../../../tools/demo/page/first-request/answer';
import type { Observed, Rest } from '../../../../tools/demo/page/first-request/observed';
import { GET, hidden, observed, PAGE, POST, seen } from './made-up';

/** @returns the answer, and the ids of what to change */
function answered(replaced: Partial<Observed>) {
  const result = answer(observed(replaced));
  return { ...result, ids: result.changes.map(({ id }) => id) };
}

const JSON_POST = { request: POST, preflight: ['the content type application/json'] };

describe('the answer of the page', () => {
  test('charges a slow first answer of the server to the server, and names the milliseconds', () => {
    const { sentence, ids } = answered({ first: seen({ server: 1_155 }) });
    expect(sentence).toBe(
      "Your first request took 1,155 ms, the second 5.0 ms. Of the difference, 1,150 ms belong to the server's first answer.",
    );
    expect(ids).toEqual(['cold-server']);
  });

  test('splits the difference between the server and the connection', () => {
    const { sentence, ids } = answered({ first: seen({ connect: 150, server: 405 }) });
    expect(sentence).toContain("400 ms belong to the server's first answer and 150 ms to opening the connection.");
    expect(ids).toEqual(['cold-server', 'cold-connection']);
  });

  test('does not tell the connection and the server apart if the server hides the steps', () => {
    const { sentence, notes, ids } = answered({
      first: hidden(555),
      again: [hidden(5), hidden(5)],
      newUrl: [hidden(5), hidden(5)],
    });
    expect(sentence).toContain("550 ms belong to the connection or the server's first answer.");
    expect(notes.join()).toContain(`Timing-Allow-Origin: ${PAGE}`);
    expect(ids).toEqual(['cold-server']);
  });

  test('repeats what the server reports about its first answer', () => {
    const { changes } = answered({
      first: seen({ server: 600 }, { serverTiming: [{ name: 'db', milliseconds: 300 }] }),
    });
    expect(changes[0]?.found).toContain('The server itself reports db 300 ms.');
  });

  test('does not call a fast server warm, because its process may have answered before', () => {
    const { sentence, ids, unseen } = answered({});
    expect(sentence).toBe('Your first request took 5.0 ms, the second 5.0 ms. This page saw no slow first request.');
    expect(ids).toEqual([]);
    expect(unseen[0]).toEqual({
      what: "If the server's process was new.",
      check: 'Restart the server, and measure again. Do not open another page of it before.',
    });
  });

  test('estimates a preflight by the difference to a simple request', () => {
    const { sentence, ids } = answered({
      ...JSON_POST,
      first: seen({ ahead: 310 }),
      newUrl: [seen({ ahead: 250 }), seen({})],
      otherUrls: [seen({ ahead: 260 }), seen({ ahead: 270 })],
      simple: [seen({}), seen({}), seen({})],
    });
    expect(sentence).toContain(
      '250 ms belong to the CORS preflight and 60 ms to the connection for the preflight, or a slow first preflight.',
    );
    expect(ids).toEqual(['preflight', 'cold-connection']);
  });

  test('does not charge the handler to the preflight if the server refuses the simple request at once', () => {
    const slow = seen({ server: 150 });
    const { sentence, ids } = answered({
      ...JSON_POST,
      first: seen({ ahead: 30, server: 150 }),
      again: [slow, slow],
      newUrl: [seen({ ahead: 30, server: 150 }), slow],
      otherUrls: [seen({ ahead: 30, server: 150 })],
      simple: [hidden(1, { status: 415 }), hidden(1, { status: 415 })],
    });
    expect(sentence).toContain('30 ms belong to the CORS preflight.');
    expect(ids).toEqual(['preflight']);
  });

  test('separates a preflight from a slow new URL', () => {
    const { sentence, ids } = answered({
      ...JSON_POST,
      first: seen({ ahead: 50, server: 305 }),
      newUrl: [seen({ ahead: 50, server: 305 }), seen({})],
      simple: [seen({ server: 305 }), seen({ server: 305 })],
    });
    expect(sentence).toContain('300 ms belong to the first use of this URL and 50 ms to the CORS preflight.');
    expect(ids).toEqual(['cold-url', 'preflight']);
  });

  test('suspects no preflight before every request if the server refuses the simple request at once', () => {
    const slow = seen({ server: 150 });
    const simple = [hidden(1, { status: 415 }), hidden(1, { status: 415 })];
    expect(answered({ ...JSON_POST, first: slow, again: [slow, slow], newUrl: [slow, slow], simple }).ids).toEqual([]);
  });

  test('reports a preflight before every request, which is not about the first one', () => {
    const asked = seen({ ahead: 250 });
    const { sentence, ids } = answered({
      ...JSON_POST,
      first: asked,
      again: [asked, asked],
      newUrl: [asked, asked],
      otherUrls: [asked],
      simple: [seen({}), seen({})],
    });
    expect(sentence).toContain('This page saw no slow first request.');
    expect(ids).toEqual(['preflight-every-time']);
  });

  test('subtracts the time of a new URL from a cold start', () => {
    const { sentence, ids } = answered({
      first: seen({ server: 540 }),
      newUrl: [seen({ server: 305 }), seen({})],
    });
    expect(sentence).toContain("300 ms belong to the first use of this URL and 235 ms to the server's first answer.");
    expect(ids).toEqual(['cold-url', 'cold-server']);
  });

  test('reports workers that are cold one after the other', () => {
    const fast = seen({});
    const { sentence, ids } = answered({
      first: seen({ server: 400 }),
      again: [seen({ server: 400 }), fast, seen({ server: 390 }), fast, fast, fast],
    });
    expect(sentence).toContain('took 400 ms, the second 400 ms.');
    expect(ids).toEqual(['cold-server', 'cold-workers']);
  });

  test('calls one slow request after a fast first one a pause, not a cold worker', () => {
    const fast = seen({});
    const { ids, notes } = answered({ again: [fast, seen({ server: 300 }), fast, fast, fast, fast] });
    expect(ids).toEqual([]);
    expect(notes.join()).toContain('1 of the 6 same requests after the first one took much longer');
  });

  test('reports a server that is always slow, and blames no first request for it', () => {
    const slow = seen({ server: 500 });
    expect(answered({ first: slow, again: [slow, slow], newUrl: [slow, slow] }).ids).toEqual(['slow-always']);
  });

  test('suspects IPv6 if a connection to this machine takes as long as a fallback of the browser', () => {
    const local = { ...GET, url: 'http://localhost:8000/items' };
    expect(answered({ request: local, first: seen({ connect: 300 }) }).ids).toEqual(['address-family']);
    expect(answered({ first: seen({ connect: 300 }) }).ids).toEqual(['cold-connection']);
  });

  test.each<[string, Omit<Rest, 'seconds'>[], string[]]>([
    ['a connection that the server closed', [{ same: seen({ connect: 5 }) }], ['connection-closed']],
    ['a sleeper behind an open connection', [{ same: seen({ server: 300 }) }], ['cold-after-rest']],
    ['one of both, if the steps are hidden,', [{ same: hidden(300) }], ['cold-after-rest']],
    ['a preflight that is sent again', [{ simple: seen({}), same: seen({ ahead: 250 }) }], ['preflight-again']],
    ['nothing', [{ simple: seen({}), same: seen({}) }], []],
    ['nothing, if only one of two was slow,', [{ same: seen({ server: 300 }) }, { same: seen({}) }], []],
  ])('finds %s after a rest', (_, rests, ids) => {
    const simple = rests[0]?.simple ? [seen({})] : [];
    expect(answered({ rests: rests.map((rest) => ({ seconds: 6, ...rest })), simple }).ids).toEqual(ids);
  });

  test('does not call a URL slow because of one pause', () => {
    const newUrl = [seen({ server: 200 }), seen({})];
    expect(answered({ newUrl, otherUrls: [seen({})] }).ids).toEqual([]);
  });

  test('names a response that the page cannot read first, because the page gets an error', () => {
    const { ids, changes } = answered({ refused: true, first: hidden(800, { outcome: 'failed' }) });
    expect(ids).toEqual(['refused', 'cold-server']);
    expect(changes[0]?.fix).toContain(`Access-Control-Allow-Origin: ${PAGE}`);
  });

  test('knows that a request to the origin of the page needs no preflight, and that another server may have served the page', () => {
    const { notes } = answered({ origin: new URL(GET.url).origin, contactedBefore: true });
    expect(notes).toEqual([
      'This request has the origin of this page, so the browser sends no preflight, and the connection that loaded the page is usually open already. If the same server answers both, its process was not new.',
    ]);
  });

  test.each<[string, Partial<Observed>, string]>([
    ['an error', { first: seen({}, { status: 404 }) }, 'The server answered with the error 404.'],
    ['a rate limit', { again: [seen({}, { status: 429 })] }, 'another status than the first one: 429 instead of 200'],
    ['an earlier contact', { contactedBefore: true }, 'had contacted https://api.example.com before'],
    ['a busy page', { first: seen({}, { late: 180 }) }, 'This page was busy for 180 ms'],
    ['a long task', { first: seen({}, { blocked: 90 }) }, 'This page was busy for 90 ms'],
    ['a stopped measurement', { stopped: true }, 'The measurement was stopped'],
    ['a server that ended', { lost: true }, 'A later request failed'],
    ['a service worker', { first: seen({}, { serviceWorker: true }) }, 'A service worker of this page'],
    ['a cache', { again: [seen({}, { cached: true })] }, "came from the browser's cache"],
  ])('notes %s', (_, replaced, note) => {
    expect(answered(replaced).notes.join()).toContain(note);
    expect(answered({}).notes).toEqual([]);
  });

  test('does not describe the server if the first response came from the cache', () => {
    const { sentence } = answered({ first: seen({ server: 300 }, { cached: true }) });
    expect(sentence).toContain("came from the browser's cache, so this says little about the server");
  });
});
