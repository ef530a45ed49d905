import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, type BenchmarkResult, ratioOf, round } from '../benchmark';
import { median } from '../../statistics';
import { MESSAGE } from '../fanout/frame';
import { Companion, NO_ACCOUNT, outputOf, TYPESCRIPT } from '../processes';
import { type Build, builds } from './builds';
import { installPackages } from './packages';

const ROUNDS = 21;

/** Event with one record, for a shard with one subscriber. */
const EVENT = JSON.stringify({
  Records: [
    {
      messageId: '059f36b4-87a3-44ab-83d2-661975830a7d',
      body: JSON.stringify({ messages: [MESSAGE], to: { shard: { topic: MESSAGE.topic, number: 0 } } }),
    },
  ],
});

interface Start {
  /** Milliseconds. */
  readonly load: number;
  /** Load and first delivery, in milliseconds. */
  readonly total: number;
}

export const coldstart: Benchmark = {
  name: 'coldstart',
  summary:
    "cold start with a first delivery: NodejsFunction's defaults with DocumentClient ÷ Twinlane's deliver function",

  async run(report) {
    const { project, node, nodeVersion } = installPackages(join(__dirname, 'document-client'));
    report(`Node.js ${nodeVersion}, from npm`);
    const outdir = mkdtempSync(join(tmpdir(), 'twinlane-coldstart-'));
    const all = builds(project, outdir);
    const names = Object.keys(all) as (keyof typeof all)[];
    const starts: Record<keyof typeof all, Start[]> = { ours: [], bundled: [], external: [] };
    const [aws, endpoint] = await Companion.start({ args: [...TYPESCRIPT, join(__dirname, 'aws.ts')] });
    const start = async (build: Build): Promise<Start> => {
      const args = [join(__dirname, 'first-delivery.js'), build.path, EVENT];
      const output = await outputOf({ node, args, env: environment(endpoint, build) });
      return JSON.parse(output.trim().split('\n').at(-1) ?? '');
    };
    try {
      for (let count = 0; count <= ROUNDS; count++) {
        const calls = new Set<string>();
        for (const name of names) {
          const measured = await start(all[name]);
          calls.add(await aws.send('calls'));
          // The first round fills the disk cache.
          if (count > 0) {
            starts[name].push(measured);
          }
        }
        if (calls.size !== 1) {
          throw new Error(
            `The handlers must make the same calls, got ${[...calls].join(' and ')}. Fix: adapt tools/bench/coldstart/document-client to the deliver function.`,
          );
        }
        report(`round ${count} of ${ROUNDS}`);
      }
    } finally {
      await aws.stop();
      rmSync(outdir, { recursive: true });
    }

    const measure = (name: keyof typeof all, figure: keyof Start) => starts[name].map((each) => each[figure]);
    const against = (name: keyof typeof all, figure: keyof Start) =>
      ratioOf(measure(name, figure), measure('ours', figure));
    const row = (name: keyof typeof all) => ({
      load: round(median(measure(name, 'load'))),
      total: round(median(measure(name, 'total'))),
      gzip: all[name].gzip,
    });
    for (const name of names) {
      const { load, total, gzip } = row(name);
      report(`load ${load} ms, with the first delivery ${total} ms, ${gzip} bytes gzipped: ${all[name].label}`);
    }
    const ratios = (name: 'bundled' | 'external') => ({
      load: against(name, 'load'),
      total: against(name, 'total'),
      gzip: round(all[name].gzip / all.ours.gzip),
    });
    for (const name of ['bundled', 'external'] as const) {
      report(`${text(ratios(name))}: ${all[name].label}`);
    }
    return {
      name: 'coldstart',
      ...against('bundled', 'total'),
      node: nodeVersion,
      ours: row('ours'),
      bundled: { ...row('bundled'), ratios: ratios('bundled') },
      external: { ...row('external'), ratios: ratios('external') },
    };
  },
};

function environment(endpoint: string, { runtimePackages }: Build): NodeJS.ProcessEnv {
  return {
    ...NO_ACCOUNT,
    AWS_ENDPOINT_URL: endpoint,
    MANAGEMENT_ENDPOINT: `${endpoint}/prod`,
    CONNECTION_TABLE: 'connections',
    DELIVERY_QUEUE_URL: `${endpoint}/queue`,
    DEAD_LETTER_QUEUE_URL: `${endpoint}/dead-letters`,
    METRIC_LANE: 'bench',
    ...(runtimePackages && { NODE_PATH: runtimePackages }),
  };
}

type Ratio = Pick<BenchmarkResult, 'ratio' | 'min' | 'max'>;

function text({ load, total, gzip }: { load: Ratio; total: Ratio; gzip: number }): string {
  return `${load.ratio} times the load, ${total.ratio} times the load and first delivery, ${gzip} times the bytes`;
}
