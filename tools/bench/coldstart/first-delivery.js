/**
 * A cold start: `first-delivery.js BUNDLE EVENT`, in a process of its own and on the Node that is deployed. Prints, in
 * milliseconds, how long the bundle took to load, and to load and to deliver.
 */
const [, , bundle, event] = process.argv;
const start = process.hrtime.bigint();
const elapsed = () => Number(process.hrtime.bigint() - start) / 1e6;

const { handler } = require(bundle);
const load = elapsed();

handler(JSON.parse(event), { getRemainingTimeInMillis: () => 30_000 }).then(({ batchItemFailures }) => {
  const total = elapsed();
  // The handlers write lines of their own.
  console.log(`\n${JSON.stringify({ load, total })}`);
  process.exit(batchItemFailures.length);
});
