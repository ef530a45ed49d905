import { accessSync, constants, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isOrigin } from './origins';
import { isRegion } from './partition';
import type { Running, StartOptions } from './running';
import { Runner } from './supervisor/runner';
import { UserError } from './user-error';

/**
 * Runs a cloud assembly on this machine. Resolves when the app is ready.
 *
 * Each kind of entry point has a separate process, which is restarted if it ends. All of them end when this process ends.
 *
 * Throws a {@link UserError} if the app cannot start; no process remains then. Never ends this process, and installs no signal
 * handlers.
 */
export async function start(options: StartOptions): Promise<Running> {
  const { signal, port = 0, origins = {} } = options;
  signal?.throwIfAborted();
  if (!Number.isInteger(port) || port < 0 || port > 65_000) {
    throw new UserError(
      `port must be a whole number from 0 to 65000, got ${port}. Fix: set it to 0 for any free ports.`,
    );
  }
  const wrong = Object.entries(origins)
    .flat()
    .find((origin) => !isOrigin(origin));
  if (wrong !== undefined) {
    throw new UserError(`origins must hold origins, got "${wrong}". Fix: write it as https://app.example.com.`);
  }
  if (options.console !== undefined) {
    checkNumber('console', options.console, 0, 65_535);
  }
  const { pageUrl } = options;
  if (pageUrl !== undefined && (!isOrigin(pageUrl) || !pageUrl.startsWith('http:'))) {
    throw new UserError(
      `pageUrl must be an origin with http, got "${pageUrl}". Fix: write it as http://127.0.0.1:4514.`,
    );
  }
  const { streams: { delayMs = 0, shardLifetimeMs = 1000 } = {}, disconnectDelaySeconds = 0 } = options;
  checkNumber('streams.delayMs', delayMs, 0, 60_000);
  checkNumber('streams.shardLifetimeMs', shardLifetimeMs, 1000, 86_400_000);
  if (disconnectDelaySeconds !== 'never') {
    checkNumber('disconnectDelaySeconds', disconnectDelaySeconds, 0, 3600);
  }
  checkPlace(options);
  if (options.data !== undefined) {
    checkDataFolder(options.data);
  }
  const runner = new Runner(options);
  const cancel = () => void runner.stop();
  signal?.addEventListener('abort', cancel);
  try {
    await runner.start();
    signal?.throwIfAborted();
  } catch (error) {
    await runner.stop(!signal?.aborted);
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
  return runner;
}

function checkPlace({ region, account }: StartOptions): void {
  if (region !== undefined && !isRegion(region)) {
    throw new UserError(`region must be a Region of AWS, got "${region}". Fix: write it as eu-west-1.`);
  }
  if (account !== undefined && !/^\d{12}$/.test(account)) {
    throw new UserError(`account must have 12 digits, got "${account}". Fix: write it as 111122223333.`);
  }
}

function checkNumber(name: string, value: number, from: number, to: number): void {
  if (!Number.isInteger(value) || value < from || value > to) {
    throw new UserError(
      `${name} must be a whole number from ${from} to ${to}, got ${value}. Fix: set it to a number in this range.`,
    );
  }
}

/** Creates the folder. Throws if it cannot hold the tables. */
function checkDataFolder(folder: string): void {
  try {
    create(resolve(folder));
    accessSync(folder, constants.W_OK);
    readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `data must be a folder that can be written, got "${folder}" (${code}). Fix: use another folder.`,
    );
  }
}

/** Creates a folder and its parents. Node's option `recursive` never returns in a folder that cannot have subfolders, as /proc. */
function create(folder: string): void {
  if (!existsSync(folder)) {
    create(dirname(folder));
    mkdirSync(folder);
  }
}
