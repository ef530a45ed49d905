/** Open files of a process besides its sockets: standard streams, libraries, connections to tables. */
const OTHERS = 200;

/**
 * @param limit - maximum number of open files of this process, or `unlimited`
 * @returns the problem and its fix, if a process cannot have this many sockets
 */
export function openFilesProblem(limit: number | 'unlimited', sockets: number): string | undefined {
  const needed = sockets + OTHERS;
  return limit === 'unlimited' || limit >= needed
    ? undefined
    : `A process must be able to have ${needed} open files for ${sockets} sockets, got a limit of ${limit}. Fix: run \`ulimit -n ${needed}\` in this shell, as root if it is refused.`;
}

/** @returns the maximum number of open files of this process. Node.js has raised it to the hard limit, as in its child processes */
export function openFilesLimit(): number | 'unlimited' {
  const { userLimits } = process.report.getReport() as unknown as ProcessReport;
  return userLimits?.open_files.soft ?? 'unlimited';
}

/** Part of the report. Windows has no limits. */
interface ProcessReport {
  readonly userLimits?: { readonly open_files: { readonly soft: number | 'unlimited' } };
}
