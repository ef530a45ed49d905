import { createServer } from 'node:net';
import { block } from './api';

/** How long the test may take at most, in milliseconds: this process does not notice when it ends. */
const LONGEST = 60_000;

const [port] = process.argv.slice(2).map(Number);

// With nobody to accept them, the kernel keeps two connections, and drops what comes then: as a firewall does.
createServer().listen({ port, host: '::1', backlog: 1 }, () => {
  process.send?.(port, () => {
    block(LONGEST);
    process.exit();
  });
});
