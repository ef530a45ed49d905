import { join } from 'node:path';
import { type Benchmark, ratioOf, round } from '../benchmark';
import { median } from '../../statistics';
import { Companion, NO_ACCOUNT, outputOf, TYPESCRIPT } from '../processes';
import { postsSaved } from './coalescing';

const ROUNDS = 5;

/** Posts before the measurement, so that the code is compiled. */
export const WARM_UP = 4000;
export const POSTS = 10_000;

const LABELS = {
  ours: 'Twinlane: deliver with its ManagementApi',
  tunedSdk: "the SDK's client, 256 sockets kept alive, no retries",
  sample: "the loop of AWS's chat samples, the SDK's client with its defaults",
  nodeHttp: "Twinlane's signer over node:http, sockets kept alive",
};

type Name = keyof typeof LABELS;

/** Messages per second on one topic, for a minute. */
const MESSAGE_RATES = [1, 10, 100, 1000];

export const fanout: Benchmark = {
  name: 'fanout',
  summary: "posts per CPU second to connections: Twinlane ÷ the SDK's client, tuned and as in AWS's chat samples",

  async run(report) {
    const names = Object.keys(LABELS) as Name[];
    const rates: Record<Name, number[]> = { ours: [], tunedSdk: [], sample: [], nodeHttp: [] };
    const [gateway, endpoint] = await Companion.start({ args: [...TYPESCRIPT, join(__dirname, 'gateway.ts')] });
    try {
      for (let count = 1; count <= ROUNDS; count++) {
        for (const name of names) {
          const args = [...TYPESCRIPT, join(__dirname, 'contender.ts'), name, endpoint];
          const seconds = Number(await outputOf({ args, env: NO_ACCOUNT }));
          const arrived = await gateway.send('posts');
          if (Number(arrived) !== WARM_UP + POSTS) {
            throw new Error(
              `${arrived} of ${WARM_UP + POSTS} posts of "${LABELS[name]}" arrived. Fix: run the benchmark again.`,
            );
          }
          rates[name].push(POSTS / seconds);
          report(`round ${count} of ${ROUNDS}  ${rate(POSTS / seconds)}  ${LABELS[name]}`);
        }
      }
    } finally {
      await gateway.stop();
    }

    // More is better, so Twinlane's value is the numerator.
    const against = (name: Name) => ratioOf(rates.ours, rates[name]);
    report(`${rate(median(rates.ours))}  ${LABELS.ours}`);
    for (const name of names.filter((each) => each !== 'ours')) {
      const { ratio, min, max } = against(name);
      report(`${rate(median(rates[name]))}  ${LABELS[name]}: Twinlane has ${ratio} times as many (${min} to ${max})`);
    }
    const saved = await Promise.all(
      MESSAGE_RATES.map((messagesPerSecond) => postsSaved({ messagesPerSecond, seconds: 60 })),
    );
    for (const [index, { posts, messages }] of saved.entries()) {
      report(`${MESSAGE_RATES[index]} messages per second: ${posts} posts for ${messages} messages to a connection`);
    }
    return {
      name: 'fanout',
      ...against('tunedSdk'),
      sample: against('sample'),
      nodeHttp: against('nodeHttp'),
      postsSaved: Object.fromEntries(
        MESSAGE_RATES.map((messages, index) => [messages, round(saved[index]?.saved ?? 0)]),
      ),
      postsPerCpuSecond: Object.fromEntries(names.map((name) => [name, round(median(rates[name]), 0)])),
    };
  },
};

const rate = (value: number) => `${value.toFixed(0).padStart(6)} posts per CPU second`;
