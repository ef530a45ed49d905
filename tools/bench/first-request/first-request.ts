import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import type { Page } from 'playwright-core';
import { startFreshProfile } from '../../browser';
import { type Benchmark, ratioOf, round } from '../benchmark';
import { median } from '../../statistics';
import { DistantApp } from './distant-app';
import { tokenOf } from './token';
import { exceeded } from './verdict';

const ROUNDS = 15;

/** Round trip in milliseconds. */
const ROUND_TRIP = 50;

/** Source of a page's function that publishes twice with `fetch` alone: `(httpUrl, topic, token)` → milliseconds of both publishes. */
const FETCH = `async (httpUrl, topic, token) => twice(async () => {
    const response = await fetch(httpUrl + '/v1/topics/' + topic + '/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: 'Bearer ' + token }) },
      body: JSON.stringify({ data: { text: 'hello' } }),
    });
    if (response.status !== 201) throw new Error('A publish must return 201, got ' + response.status);
    await response.json();
  })`;

/** Pages that publish twice to a topic, with the same parameters and result. */
const PAGES = {
  client: `async (httpUrl, topic, token) => {
    const client = new Twinlane.TwinlaneClient({ httpUrl, webSocketUrl: 'ws://127.0.0.1:1', token: token && (() => token) });
    await client.warm(topic);
    return twice(() => client.publish(topic, { text: 'hello' }));
  }`,
  naive: FETCH,
  gateway: FETCH,
};

const LABELS = {
  client: 'with the client, which warms up',
  naive: 'with fetch alone',
  gateway: 'with fetch alone, behind a gateway',
};

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
  summary:
    "a page's first publish ÷ its second, in Chromium with a round trip of 50 ms, with and without the client, and behind a gateway",

  async run(report) {
    const names = Object.keys(PAGES) as Name[];
    const first: Record<Name, number[]> = { client: [], naive: [], gateway: [] };
    const second: Record<Name, number[]> = { client: [], naive: [], gateway: [] };
    const lanes = await DistantApp.start('dev', ROUND_TRIP);
    const gateway = await DistantApp.start('gateway', ROUND_TRIP).catch(async (error) => {
      await lanes.stop();
      throw error;
    });
    try {
      await lanes.warmUp();
      await gateway.warmUp();
      for (let count = 1; count <= ROUNDS; count++) {
        for (const name of names) {
          const [one = Number.NaN, two = Number.NaN] = await (name === 'gateway'
            ? visitGateway(gateway)
            : visit(name, lanes));
          first[name].push(one);
          second[name].push(two);
          report(`round ${count} of ${ROUNDS}  ${milliseconds(one)} → ${milliseconds(two)} ms  ${LABELS[name]}`);
        }
      }
    } finally {
      await Promise.all([lanes.stop(), gateway.stop()]);
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
      gateway: figures('gateway'),
      failed: exceeded({ client: figures('client').ratio, gateway: figures('gateway').ratio }),
    };
  },
};

/** Opens a page of the app's origin in a new browser profile. @returns the durations of its two publishes, in milliseconds */
async function visit(name: Name, { pageUrl, proxyPort }: DistantApp): Promise<number[]> {
  const profile = await startFreshProfile();
  try {
    const page = await profile.newPage();
    // A document of the origin that runs no code of its own.
    await page.goto(`${pageUrl}/config.json`);
    for (const content of [TWICE, CLIENT]) {
      await page.addScriptTag({ content });
    }
    return await publishTwice(page, PAGES[name], `http://127.0.0.1:${proxyPort}`, await tokenOf(pageUrl));
  } finally {
    await profile.close();
  }
}

/**
 * Opens a page of the gateway's origin in a new browser profile, which reaches the gateway only through the proxy.
 *
 * @returns the durations of its two publishes, in milliseconds
 */
async function visitGateway({ pageUrl, proxyPort }: DistantApp): Promise<number[]> {
  // So the page and the API have the name and the port of the gateway.
  const profile = await startFreshProfile([
    `--host-resolver-rules=MAP ${new URL(pageUrl).host} 127.0.0.1:${proxyPort}`,
  ]);
  try {
    const page = await profile.newPage();
    await page.goto(`${pageUrl}/config.json`);
    // The content security policy of the page allows no script elements in the document.
    const source = `(...parameters) => { ${TWICE} return (${PAGES.gateway})(...parameters); }`;
    const times = await publishTwice(page, source, pageUrl, await tokenOf(pageUrl));
    if (times.some((time) => time < ROUND_TRIP)) {
      throw new Error(`A publish must take a round trip of ${ROUND_TRIP} ms, got ${times.join(' and ')} ms`);
    }
    return times;
  } finally {
    await profile.close();
  }
}

/** Runs the source of a function of {@link PAGES} in a page, with a new topic. */
async function publishTwice(page: Page, source: string, httpUrl: string, token: string): Promise<number[]> {
  const topic = `first-request:${randomUUID()}`;
  return page.evaluate(`(${source})(${JSON.stringify([httpUrl, topic, token]).slice(1, -1)})`);
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

function milliseconds(value: number): string {
  return value.toFixed(1).padStart(6);
}
