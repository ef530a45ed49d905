import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { startFreshProfile } from '../../browser';
import { type Benchmark, ratioOf, round } from '../benchmark';
import { median } from '../../statistics';
import { delayingProxy } from './delaying-proxy';
import { startLocalApp } from './local-app';

const ROUNDS = 15;

/** Round trip in milliseconds. */
const ROUND_TRIP = 50;

/** Publishes before the measurement, so that the code is compiled. */
const WARM_UP = 100;

/** Pages that publish twice to a topic. Each is the source of a function `(httpUrl, topic, token)` → milliseconds of both publishes. */
const PAGES = {
  client: `async (httpUrl, topic, token) => {
    const client = new Twinlane.TwinlaneClient({ httpUrl, webSocketUrl: 'ws://127.0.0.1:1', token: token && (() => token) });
    await client.warm(topic);
    return twice(() => client.publish(topic, { text: 'hello' }));
  }`,
  naive: `async (httpUrl, topic, token) => twice(async () => {
    const response = await fetch(httpUrl + '/v1/topics/' + topic + '/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: 'Bearer ' + token }) },
      body: JSON.stringify({ data: { text: 'hello' } }),
    });
    if (response.status !== 201) throw new Error('A publish must return 201, got ' + response.status);
    await response.json();
  })`,
};

const LABELS = { client: 'with the client, which warms up', naive: 'with fetch alone' };

type Name = keyof typeof PAGES;

/** Source of a function that runs another one twice. Returns the duration of each run in milliseconds. */
const TWICE = `async function twice(run) {
  const times = [];
  for (let count = 0; count < 2; count += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times;
}`;

export const firstRequest: Benchmark = {
  name: 'first-request',
  summary: "a page's first publish ÷ its second, in Chromium with a round trip of 50 ms, with and without the client",

  async run(report) {
    const names = Object.keys(PAGES) as Name[];
    const first: Record<Name, number[]> = { client: [], naive: [] };
    const second: Record<Name, number[]> = { client: [], naive: [] };
    const app = await startLocalApp();
    const proxy = await delayingProxy(app.port, ROUND_TRIP);
    try {
      await warmUp(`http://127.0.0.1:${app.port}`, await tokenOf(app.pageUrl));
      for (let count = 1; count <= ROUNDS; count++) {
        for (const name of names) {
          const [one = Number.NaN, two = Number.NaN] = await visit(name, app.pageUrl, `http://127.0.0.1:${proxy.port}`);
          first[name].push(one);
          second[name].push(two);
          report(`round ${count} of ${ROUNDS}  ${milliseconds(one)} → ${milliseconds(two)} ms  ${LABELS[name]}`);
        }
      }
    } finally {
      proxy.close();
      await app.stop();
    }
    const figures = (name: Name) => ({
      ...ratioOf(first[name], second[name]),
      first: round(median(first[name])),
      second: round(median(second[name])),
    });
    for (const name of names) {
      const { ratio, min, max, first: one, second: two } = figures(name);
      report(`${milliseconds(one)} → ${milliseconds(two)} ms: ${ratio} (${min} to ${max})  ${LABELS[name]}`);
    }
    const { ratio, min, max } = figures('client');
    return {
      name: 'first-request',
      ratio,
      min,
      max,
      roundTrip: ROUND_TRIP,
      client: figures('client'),
      naive: figures('naive'),
    };
  },
};

/** Opens a page of the app's origin in a new browser profile. @returns the durations of its two publishes, in milliseconds */
async function visit(name: Name, pageUrl: string, httpUrl: string): Promise<number[]> {
  const profile = await startFreshProfile();
  try {
    const page = await profile.newPage();
    // A document of the origin that runs no code of its own.
    await page.goto(`${pageUrl}/config.json`);
    for (const content of [TWICE, CLIENT]) {
      await page.addScriptTag({ content });
    }
    const token = await tokenOf(pageUrl);
    const topic = `first-request:${randomUUID()}`;
    return (await page.evaluate(
      `(${PAGES[name]})(${JSON.stringify([httpUrl, topic, token]).slice(1, -1)})`,
    )) as number[];
  } finally {
    await profile.close();
  }
}

/** Source of the client as a script, with the global `Twinlane`. */
const CLIENT = buildSync({
  entryPoints: [join(resolve(__dirname, '../../..'), 'client/index.ts')],
  bundle: true,
  format: 'iife',
  globalName: 'Twinlane',
  platform: 'browser',
  write: false,
}).outputFiles[0]?.text as string;

async function warmUp(httpUrl: string, token: string): Promise<void> {
  for (let count = 0; count < WARM_UP; count += 1) {
    const response = await fetch(`${httpUrl}/v1/topics/warm-up/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ data: count }),
    });
    if (response.status !== 201) {
      throw new Error(`A publish must return 201, got ${response.status}: ${await response.text()}`);
    }
    await response.text();
  }
}

/** @returns a new token from the page's issuer; an empty string if authentication is disabled */
async function tokenOf(pageUrl: string): Promise<string> {
  const { tokenUrl } = (await (await fetch(`${pageUrl}/config.json`)).json()) as { tokenUrl?: string };
  if (!tokenUrl) {
    return '';
  }
  const response = await fetch(new URL(`${tokenUrl}?subject=bench-${randomUUID()}&tenant=bench`, pageUrl));
  return ((await response.json()) as { access_token: string }).access_token;
}

function milliseconds(value: number): string {
  return value.toFixed(1).padStart(6);
}
