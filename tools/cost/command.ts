import { exitCodeOf, lookOf, type Terminal } from '../cli';
import { type PlannedStack, readPlannedStack } from '../preflight/planned-stack';
import { toCents } from '../prices/cents';
import { type Alternative, alternatives } from './alternatives';
import type { Bill } from './bill';
import { billOf } from './bill-of';
import { comparableUsd } from './comparable';
import { exceededBy } from './exceeded';
import { Footnotes } from './footnotes';
import { html } from './html';
import { writePage } from './html/file';
import type { UserLoad } from './load-of';
import { type Options, parse } from './options';
import { PRICED_REGION } from './region';
import { readStage } from './read-stage';
import { report } from './report';
import { resized, SIZES } from './sizes';
import { tables } from './tables';
import { synthesizeVariants } from './variant-stages';

/** Synthesizes the app with this context (`key=value`) into a new folder, calls `use` with it, and deletes it. */
export type Synthesize = <Result>(
  context: readonly string[],
  use: (folder: string) => Result,
) => Promise<Awaited<Result>>;

/** Runs the command. Prints to the terminal. @returns the exit code: 0, or 2 if there is no bill */
export function command(
  args: readonly string[],
  terminal: Terminal,
  today: Date,
  synthesize: Synthesize,
  variants: typeof synthesizeVariants = synthesizeVariants,
): Promise<number> {
  return exitCodeOf(async () => {
    const options = parse(args, terminal);
    if (options.print === 'tables') {
      terminal.stdout.write(tables(await variants()));
      return 0;
    }
    const planned = await plannedStack(options, synthesize);
    const { stack, region, resources } = planned;
    const stage = readStage(resources);
    const billFor = (load: UserLoad) => billOf(stage, load, { freeTier: options.freeTier, today });
    const bill = billFor(options.load);
    const exceeded = exceededBy(stage, bill.load);
    const services = alternatives(options.load);
    if (options.html !== undefined) {
      const sizes = SIZES.map((connections) => billFor(resized(options.load, connections)));
      // Before the bill is printed, so that a mistake in the path is not below it.
      writePage(options.html, html({ stack, region, bill, sizes, alternatives: services, today }));
    }
    terminal.stdout.write(
      options.print === 'json'
        ? `${JSON.stringify({ stack, region, pricesOf: PRICED_REGION, exceeded, ...bill, services: servicesOf(bill, services) }, null, 2)}\n`
        : report({
            ...{ stage: planned, bill, exceeded, alternatives: services },
            footnotes: new Footnotes(
              bill.marks,
              services.flatMap(({ usd, prices }) => (usd === undefined ? [] : prices)),
              today,
            ),
            width: lookOf(terminal.stdout).width,
          }),
    );
    if (options.html !== undefined) {
      terminal.stderr.write(`The bill as a web page: ${options.html}\n`);
    }
    return 0;
  }, terminal);
}

/** @returns this stage and the managed services, with the USD of a month that can be compared, or the reason why there is no price */
function servicesOf(bill: Bill, services: readonly Alternative[]) {
  return [
    { service: 'Twinlane, this stage', usd: toCents(comparableUsd(bill)) },
    ...services.map(({ service, usd, reason, known }) => ({
      service,
      ...(usd === undefined ? { reason } : { usd: toCents(usd) }),
      known,
    })),
  ];
}

function plannedStack({ app, context, stack }: Options, synthesize: Synthesize): PlannedStack | Promise<PlannedStack> {
  return app === undefined
    ? synthesize(context, (folder) => readPlannedStack(folder, stack))
    : readPlannedStack(app, stack);
}
