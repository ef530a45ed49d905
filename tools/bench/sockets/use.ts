/** @returns CPU seconds of this process since its start, user and system, of all its threads */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** @returns resident memory of this process in bytes, after a garbage collection. Requires `--expose-gc` */
function residentBytes(): number {
  if (!globalThis.gc) {
    throw new Error('The process must run with --expose-gc');
  }
  globalThis.gc();
  return process.memoryUsage.rss();
}

/** A request for the use of a process, and its answer. */
export type UseRequest = { readonly action: 'cpu' | 'memory' };

export interface Use {
  /** See {@link cpuSeconds} or {@link residentBytes}. */
  readonly use?: number;
}

export const useOf = ({ action }: UseRequest): Use => ({ use: action === 'cpu' ? cpuSeconds() : residentBytes() });
