/** Kills a process that leads a group, and all it has started. One that has ended is left alone. */
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
