/** Kills a process group by its leader. Does nothing if the leader has ended. */
export function killGroup({ pid }: { readonly pid?: number }): void {
  if (!pid) {
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
