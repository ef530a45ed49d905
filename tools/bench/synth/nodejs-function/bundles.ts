import { dirname } from 'node:path';

/** Replaces lib/functions/bundles.ts in the copy of the app for the comparison. `docker build` bundles the service. */
export interface BundleOptions {
  readonly entry: string;
  readonly include?: Readonly<Record<string, string>>;
}

export async function bundleAll(): Promise<void> {
  // NodejsFunction bundles each function in its constructor.
}

export function bundle({ entry }: BundleOptions): string {
  return dirname(entry);
}
