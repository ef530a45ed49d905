import { commandNamed } from '../cli';
import type { Benchmark } from './benchmark';
import { coldstart } from './coldstart/coldstart';
import { fanout } from './fanout/fanout';
import { firstRequest } from './first-request/first-request';
import { isolation } from './isolation/isolation';
import { mutants, worlds } from './mutants/mutants';
import { synth } from './synth/synth';

/** All benchmarks. */
const benchmarks: readonly Benchmark[] = [synth, isolation, fanout, coldstart, firstRequest, mutants, worlds];

const plantBugs = benchmarks
  .filter((each) => each.plantsBugs)
  .map(({ name }) => name)
  .join(' and ');

const program = commandNamed('npm run bench --')
  .description('Compares Twinlane with alternatives in one run.')
  .argument('[name]', `the benchmark: ${benchmarks.map(({ name }) => name).join(', ')}`)
  .argument('[text]', `for ${plantBugs}: plant only the bugs whose file or description contains this text`)
  .option('--json', 'print one line of JSON at the end: {"name", "ratio", "min", "max", ...}')
  .addHelpText(
    'after',
    `\nBenchmarks:\n${benchmarks.map(({ name, summary }) => `  ${name}  ${summary}`).join('\n')}\n`,
  );

program.parse();
const [name, text] = program.args;
const benchmark = benchmarks.find((each) => each.name === name);

if (!benchmark) {
  const names = benchmarks.map((each) => each.name).join(', ');
  program.error(`error: the benchmark must be one of ${names}, got ${name ?? 'none'}. Fix: pass one of these names.`);
} else if (text !== undefined && !benchmark.plantsBugs) {
  program.error(`error: ${benchmark.name} takes no text, got ${text}. Fix: remove it.`);
} else {
  benchmark
    .run((line) => console.error(line), text)
    .then((result) => {
      if (program.opts().json) {
        console.log(JSON.stringify(result));
      }
    })
    .catch((error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    });
}
