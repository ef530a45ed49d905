/** A request for the use of a process. */
export type UseRequest = { readonly action: 'cpu' | 'memory' };

/** Use of a process since its start, as far as it was requested. */
export interface Use {
  /** CPU seconds, user and system, of all its threads. */
  readonly cpuSeconds?: number;
  /** Those of them that the kernel took. */
  readonly kernelSeconds?: number;
  /** Resident memory after a garbage collection. */
  readonly residentBytes?: number;
}

/** @returns the use of this process. For its memory, the process must run with `--expose-gc` */
export function useOf({ action }: UseRequest): Use {
  if (action === 'memory') {
    if (!globalThis.gc) {
      throw new Error('The process must run with --expose-gc');
    }
    globalThis.gc();
    return { residentBytes: process.memoryUsage.rss() };
  }
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, kernelSeconds: system / 1e6 };
}
