import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { api, serve } from './api';

let started: Promise<void> | undefined;

// Like a function that was idle: the first request waits for its start.
serve(
  createServer(async (request, response) => {
    started ??= sleep(400);
    await started;
    api(request, response);
  }),
);
