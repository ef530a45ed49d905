/**
 * Performs a cold start, in a separate process with the deployed version of Node.js: `first-delivery.js BUNDLE EVENT`. Prints the
 * milliseconds to load the bundle, and the total including the first delivery.
 */
const [, , bundle, event] = process.argv;
const start = process.hrtime.bigint();
const elapsed = () => Number(process.hrtime.bigint() - start) / 1e6;

const { handler } = require(bundle);
const load = elapsed();

handler(JSON.parse(event), { getRemainingTimeInMillis: () => 30_000 }).then(({ batchItemFailures }) => {
  const total = elapsed();
  // On a new line, because the handlers also write to standard output.
  console.log(`\n${JSON.stringify({ load, total })}`);
  process.exit(batchItemFailures.length);
});
