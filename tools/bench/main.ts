import { InvalidArgumentError } from 'commander';
import { commandNamed } from '../cli';
import type { Benchmark } from './benchmark';
import { coldstart } from './coldstart/coldstart';
import { fanout } from './fanout/fanout';
import { firstRequest } from './first-request/first-request';
import { isolation } from './isolation/isolation';
import { latency } from './latency/latency';
import { mutants, worlds } from './mutants/mutants';
import { probe } from './probe/probe';
import { sockets } from './sockets/sockets';
import { synth } from './synth/synth';
import { topic } from './topic/topic';

/** All benchmarks. */
const benchmarks: readonly Benchmark[] = [
  synth,
  isolation,
  latency,
  topic,
  fanout,
  sockets,
  coldstart,
  firstRequest,
  probe,
  mutants,
  worlds,
];

const plantBugs = benchmarks
  .filter((each) => each.plantsBugs)
  .map(({ name }) => name)
  .join(' and ');

const program = commandNamed('npm run bench --')
  .description('Compares Twinlane with alternatives in one run.')
  .argument('[name]', `the benchmark: ${benchmarks.map(({ name }) => name).join(', ')}`)
  .argument(
    '[text]',
    `for ${plantBugs}: only the bugs whose file or description contains it; for probe: only the cases whose title does`,
  )
  .option('--runs <n>', 'for probe: number of runs of each case, 20 by default', wholeNumber)
  .option('--healthy', 'for probe: run only the cases without a fault')
  .option('--json', 'print one line of JSON at the end: {"name", "ratio", "min", "max", ...}')
  .addHelpText(
    'after',
    `\nBenchmarks:\n${benchmarks.map(({ name, summary }) => `  ${name}  ${summary}`).join('\n')}\n`,
  );

program.parse();
const [name, text] = program.args;
const { json, ...selection } = program.opts();
const benchmark = benchmarks.find((each) => each.name === name);
const interrupt = new AbortController();

if (!benchmark) {
  const names = benchmarks.map((each) => each.name).join(', ');
  program.error(`error: the benchmark must be one of ${names}, got ${name ?? 'none'}. Fix: pass one of these names.`);
} else if (text !== undefined && !benchmark.plantsBugs && !benchmark.repeats) {
  program.error(`error: ${benchmark.name} takes no text, got ${text}. Fix: remove it.`);
} else if (Object.keys(selection).length > 0 && !benchmark.repeats) {
  program.error(`error: ${benchmark.name} takes no --${Object.keys(selection)[0]}. Fix: remove it.`);
} else {
  if (benchmark.repeats) {
    // `once`, so that a second Ctrl-C ends the process immediately.
    process.once('SIGINT', () => interrupt.abort());
  }
  benchmark
    .run((line) => console.error(line), {
      text,
      runs: selection.runs,
      healthy: selection.healthy,
      interrupt: interrupt.signal,
    })
    .then((result) => {
      if (json) {
        console.log(JSON.stringify(result));
      }
      for (const problem of result.failed ?? []) {
        console.error(`FAILED: ${problem}`);
        process.exitCode = 1;
      }
    })
    .catch((error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    });
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) {
    throw new InvalidArgumentError('Fix: use a whole number from 1 to 9999');
  }
  return Number(value);
}
