import { Command } from 'commander';
import type { Benchmark } from './benchmark';
import { coldstart } from './coldstart/coldstart';
import { fanout } from './fanout/fanout';
import { firstRequest } from './first-request/first-request';
import { isolation } from './isolation/isolation';
import { synth } from './synth/synth';

/** Every benchmark, by name. */
const benchmarks: readonly Benchmark[] = [synth, isolation, fanout, coldstart, firstRequest];

const program = new Command('npm run bench --')
  .description('Measures Twinlane against what it replaces, side by side in one run.')
  .argument('[name]', `the benchmark: ${benchmarks.map(({ name }) => name).join(', ')}`)
  .option('--json', 'end with one line of JSON: {"name", "ratio", "min", "max", ...}')
  .addHelpText('after', `\nBenchmarks:\n${benchmarks.map(({ name, summary }) => `  ${name}  ${summary}`).join('\n')}\n`)
  .showHelpAfterError('Run `npm run bench -- --help` for the benchmarks there are.');

program.parse();
const [name] = program.args;
const benchmark = benchmarks.find((each) => each.name === name);

if (!benchmark) {
  program.error(name ? `error: there is no benchmark named ${name}` : 'error: which benchmark?');
} else {
  benchmark
    .run((line) => console.error(line))
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
