import { dirname } from 'node:path';

/** Stands in for lib/functions/bundles.ts in the copy of the app that is measured against: the service is left to `docker build`. */
export interface BundleOptions {
  readonly entry: string;
  readonly include?: Readonly<Record<string, string>>;
}

export async function bundleAll(): Promise<void> {
  // NodejsFunction bundles each function when it is made.
}

export function bundle({ entry }: BundleOptions): string {
  return dirname(entry);
}
