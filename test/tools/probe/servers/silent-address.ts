import { createServer } from 'node:net';
import { block } from './api';

/** Maximum duration of the test, in milliseconds. This process is blocked and does not notice its end. */
const LONGEST = 60_000;

const [port] = process.argv.slice(2).map(Number);

// If no connection is accepted, the kernel queues two and drops further ones, as a firewall does.
createServer().listen({ port, host: '::1', backlog: 1 }, () => {
  process.send?.(port, () => {
    block(LONGEST);
    process.exit();
  });
});
