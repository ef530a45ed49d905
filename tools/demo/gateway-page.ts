import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Blueprint } from '../local';

/** Page of a distribution, in the folder from which its files are uploaded. */
export interface GatewayPage {
  readonly folder: string;
  /** True for the demo page of this repository, and false for a page of the app. */
  readonly demo: boolean;
}

/** File that only the demo page has. */
const DEMO = 'storm.worker.js';

/** @returns the page behind the first distribution with a page; undefined if there is none */
export function gatewayPage({
  distributions,
  buckets,
}: Pick<Blueprint, 'distributions' | 'buckets'>): GatewayPage | undefined {
  const origins = distributions.flatMap(({ behaviors, origins: all }) => {
    const last = behaviors.at(-1);
    return all.filter(({ id }) => id === last?.originId);
  });
  const names = origins.flatMap(({ target }) => (target && 'bucket' in target ? [target.bucket] : []));
  const folders = buckets
    .filter(({ name }) => names.includes(name))
    .flatMap(({ deployments }) => deployments.filter(({ prefix }) => prefix === ''))
    .map(({ directory }) => directory);
  const [folder] = folders;
  return folder === undefined ? undefined : { folder, demo: existsSync(join(folder, DEMO)) };
}
