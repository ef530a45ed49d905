import { emptyMeasurements } from '../../../../tools/probe/measurements';
import { html } from '../../../../tools/probe/report/html';
import { BLOCKED, COLD, exchange, HEALTHY, PREFLIGHT, UNDECIDED, withText } from './made-up';

const ALL = { HEALTHY, COLD, PREFLIGHT, UNDECIDED, BLOCKED };

/** Text of the page without tags, in one line. */
function textOf(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\s\u00a0]+/g, ' ');
}

test.each(Object.entries(ALL))(
  'the page of the report %s has the answer as its only heading of level 1',
  (_name, report) => {
    const headings = [...html(report).matchAll(/<h1>(.*?)<\/h1>/g)].map(([, heading]) =>
      heading?.replaceAll('\u00a0', ' '),
    );
    expect(headings).toEqual([report.answer]);
  },
);

test.each(Object.entries(ALL))('the page of the report %s loads nothing and runs no script', (_name, report) => {
  const page = html(report);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|@import|url\(|\son[a-z]+=/i);
});

test('a cause has its milliseconds, what they belong to, what was measured, and the change', () => {
  expect(textOf(html(COLD))).toContain(
    '1,150 ms of the first request belong to the process: it was cold cold-process, a fault ' +
      'The very first response took 1,202 ms. The first responses on 8 later connections took 49 to 55 ms. ' +
      'Change: Do the first work at start',
  );
});

test('latency is not called a fault', () => {
  expect(textOf(html(COLD))).toContain('cold-connection, latency');
});

test('the page names the request, the origin, the software and the time', () => {
  expect(textOf(html(COLD))).toContain(
    'Request POST https://api.example.com/items?limit=10 Origin of the page https://app.example.com ' +
      'Server software FastAPI on uvicorn Measured 2026-11-28 05:38 UTC',
  );
});

test('an undecided question has its reason and the way to find out', () => {
  expect(textOf(html(UNDECIDED))).toContain(
    'Cannot tell whether the first request of a new process is slow: the server had answered requests before. ' +
      'To find out: Restart the server, send nothing to it, and run the same command with --fresh .',
  );
});

test('what was not measured has the check that the user can make', () => {
  expect(textOf(html(COLD))).toContain(
    'What an extension or antivirus of your browser adds. Check: open the page in a private window',
  );
});

test.each([
  [0, HEALTHY, 'No problem found'],
  [1, COLD, 'Causes found'],
  [2, UNDECIDED, 'Cannot tell everything'],
] as const)('the exit code %i is in words, not only in color', (_code, report, words) => {
  expect(textOf(html(report))).toContain(words);
});

test('parts without content are absent', () => {
  const page = textOf(html(HEALTHY));
  for (const heading of ['What takes the time', 'Not decided', 'Not measured here']) {
    expect(page).not.toContain(heading);
  }
});

test('a report that stopped before the first request has a page with the reason', () => {
  const page = html({
    ...HEALTHY,
    answer: 'Nothing listens.',
    exitCode: 2,
    waterfall: { first: [], second: [] },
    measurements: emptyMeasurements(),
  });
  expect(textOf(page)).toContain('Nothing listens.');
  expect(page).not.toContain('NaN');
});

test('bars follow each other on a common scale', () => {
  const bars = [...html(PREFLIGHT).matchAll(/<rect class="(\S+)" x="([\d.]+)%" y="3" width="([\d.]+)%"/g)];
  expect(bars.map(([, name, x, width]) => [name, Number(x), Number(width)])).toEqual([
    ['TCP', 0, 32.5],
    ['preflight', 32.5, 33.8],
    ['server', 66.3, 33.8],
    ['server', 0, 33.1],
  ]);
});

test('a phase of almost no time is still visible, within the drawing', () => {
  const page = html({
    ...HEALTHY,
    waterfall: {
      first: [
        { name: 'server', ms: 5000 },
        { name: 'TCP', ms: 0.1 },
      ],
      second: [],
    },
  });
  expect(page).toContain('<rect class="TCP" x="99.6%" y="3" width="0.4%"');
});

test('each request is a dot, and a screen reader gets the number, the range and the median', () => {
  const page = html(COLD);
  expect(page).toContain('aria-label="First on a new connection: 4 requests, 49 ms to 55 ms, median 53 ms"');
  expect(page.match(/<circle /g)).toHaveLength(1 + 4 + 5 + 4 + 4 + 8 + 2);
});

test('the very first request is apart from the first ones of later connections', () => {
  expect(html(COLD)).toContain('aria-label="Very first request: 1,202 ms"');
});

test('a dot includes the connection that was opened again', () => {
  expect(html(COLD)).toContain('aria-label="After 6 s of rest: 162 ms"');
});

test('requests beside frames are on the same axis, by their delay after the frame', () => {
  const page = textOf(html(BLOCKED));
  expect(page).toMatch(/Without a frame 1\.1 ms 2 ms after a frame 39 ms .*35 ms after a frame 6\.1 ms/);
  expect(page).toMatch(/Between storms 1\.4 ms During a storm of frames/);
});

test('two kinds of frames are distinguished by the frame itself, shortened', () => {
  const [impulse] = BLOCKED.measurements.impulses;
  if (!impulse) {
    throw new Error('the report has no impulse');
  }
  const impulses = [impulse, { ...impulse, frame: 'x'.repeat(100) }];
  const page = textOf(html({ ...BLOCKED, measurements: { ...BLOCKED.measurements, impulses } }));
  expect(page).toContain(String.raw`2 ms after the frame &quot;{\&quot;type\&quot;:\&quot;typing\&quot;}&quot; 39 ms`);
  expect(page).toContain(`2 ms after the frame &quot;${'x'.repeat(39)}…&quot; 39 ms`);
});

test('the table has every request, with the time in the server and the reason of a failure', () => {
  const failed = exchange(10_000, { status: 0, failure: 'timeout', serverTiming: { db: 12.345 } });
  const page = textOf(html({ ...HEALTHY, measurements: { ...HEALTHY.measurements, bursts: [[failed]] } }));
  expect(page).toContain('burst 1 1 12.5 10000 0 0 no 0 db 12.35 timeout');
});

test('the table has every other number', () => {
  const page = textOf(html(BLOCKED));
  expect(page).toContain('handshake 1, upgrade 1.8');
  expect(page).toContain('storm, frames, received 140');
  expect(page).toContain('impulse 1, after 2, ms 31, 30.2, 31.4, 32, 30.8');
});

test('headers and bodies of responses are not in the page, because they can contain a session', () => {
  const evidence = {
    headers: { 'set-cookie': 'session=secret-1', authorization: 'secret-2' },
    httpVersion: '1.1',
    missing: { status: 404, reason: '', headers: { 'set-cookie': 'secret-3' }, body: 'secret-4' },
  };
  expect(html({ ...HEALTHY, measurements: { ...HEALTHY.measurements, evidence } })).not.toContain('secret');
});

test.each([
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  '&lt;b&gt;',
  '`</code><b>`',
])('the text %s of a server or a user stays text, wherever it is', (text) => {
  const plain = html(withText('harmless'));
  const page = html(withText(text));
  const tags = (source: string) => [...source.matchAll(/<\/?[a-z][^>]*>/g)].map(([tag]) => tag);
  const withoutText = (list: string[]) =>
    list.filter((tag) => !/^<\/?code>$/.test(tag)).map((tag) => tag.split(/[\s>]/)[0]);
  expect(withoutText(tags(page))).toEqual(withoutText(tags(plain)));
  expect(page).not.toContain(text);
});
