import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { api, serve } from './api';

let started: Promise<void> | undefined;

// As a function that nobody called for a while: the first request starts it.
serve(
  createServer(async (request, response) => {
    started ??= sleep(400);
    await started;
    api(request, response);
  }),
);
