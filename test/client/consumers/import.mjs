/** Imports the package in the main thread and in a worker, and prints what both saw. */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

const before = Object.keys(globalThis);
const { TwinlaneClient, TwinlaneError } = await import('@twinlane/client');
const added = Object.keys(globalThis).filter((name) => !before.includes(name));
const required = createRequire(import.meta.url)('@twinlane/client');
const client = new TwinlaneClient({ httpUrl: 'https://api.example.com', webSocketUrl: 'wss://ws.example.com' });
const worker = new Worker(new URL('./worker.mjs', import.meta.url));
worker.once('message', (inWorker) => {
  console.log(
    JSON.stringify({
      added,
      status: client.connection.status,
      isError: new TwinlaneError('forbidden', '') instanceof Error,
      sameWithRequire: required.TwinlaneClient === TwinlaneClient,
      inWorker,
    }),
  );
});
