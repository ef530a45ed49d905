import { text } from '../../../../tools/probe/report/text';
import { diagnosis, exchange, measured, plan, run } from '../diagnosis/made-up';

const PLAIN = { width: 80, color: false };

function printed(...args: Parameters<typeof diagnosis>): string {
  return text(diagnosis(...args), PLAIN);
}

test('the first lines of the report are the answer', () => {
  const preflight = { maxAge: 7200, cachedFor: 7200, exchanges: [exchange(52)] };

  expect(printed(measured([1200, 50], [50, 50, 50, 50], { preflight }))).toMatch(
    /^Your first request took 1,252 ms, the second 50 ms\. 1,14\d ms of the difference\nbelong to the process: it was cold\.\n\nGET https:\/\/api\.example\.com\/items from https:\/\/app\.example\.com\n/,
  );
});

test('the bars of both requests have one scale', () => {
  const lines = printed(measured([400, 1], [1, 1, 1, 1])).split('\n');

  const columns = (name: string) =>
    lines.filter((line) => line.startsWith(`  ${name} `)).map((line) => line.match(/[█▏]+/)?.[0].length);
  expect(columns('cold process')[0]).toBeGreaterThan(35);
  // Both have a time of 1 ms, which is less than a column.
  expect(columns('server')).toEqual([1, 1]);
});

test('each cause says what was measured and what to change', () => {
  expect(printed(measured([260, 2], [252, 1, 1, 1]))).toMatch(
    /\nCauses\n {2}1\. slow-connection \(fault\) {2}2\d\d ms of the first request\n {5}The first request on each new connection takes 2\d\d ms, and the next ones\n {5}1\.\d ms\.\n/,
  );
});

test('the report says what it cannot tell, why, and what to do', () => {
  expect(printed(measured([9, 1], [1, 1, 1, 1]), plan({ fresh: false }))).toMatch(
    /\nCannot tell\n {2}- whether the first request of a new process is slow: the process may have\n {4}answered other requests before\.\n {4}Fix: Restart the server, and run this command with --fresh before any other\n/,
  );
});

test('the report says what it did not measure, and how to check it', () => {
  expect(printed(measured([9, 1], [1, 1, 1, 1]))).toMatch(
    /\nNot measured\n(.*\n)* {2}- the time that the browser of a user adds: (.*\n)+ {4}Open the page in a private window, in another browser, and in Chrome with\n {4}--no-proxy-server\.\n$/,
  );
});

test('no line of the report is longer than the terminal is wide', () => {
  const found = measured([400, 1], [1, 1, 1, 1]);
  found.runs[0] = run([400, 1], { tcp: 50, tls: 52 });

  const longest = Math.max(
    ...printed(found, plan({ fresh: false }))
      .split('\n')
      .map((line) => line.length),
  );

  expect(longest).toBeLessThanOrEqual(80);
});

test('colors are used only where the terminal has them', () => {
  const report = diagnosis(measured([400, 1], [1, 1, 1, 1]));

  expect(text(report, PLAIN)).not.toContain('\u001B');
  expect(text(report, { width: 80, color: true })).toContain('\u001B[31m');
});
