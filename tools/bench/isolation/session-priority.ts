import { readFileSync, writeFileSync } from 'node:fs';

/** Linux only: the group of all processes of a session, with its priority. */
const FILE = '/proc/self/autogroup';

/** Priority of a group's processes: -20, the highest, to 19. */
const HIGHEST = '-20';

/**
 * Gives the session of this process the highest priority among sessions. Linux distributes a processor among sessions first, so
 * priorities of processes count only within their session, and other sessions would take processor time from the measurement.
 *
 * @returns a function that restores the priority, because the session can be a terminal's; does nothing on systems without such groups
 */
export function prioritizeSession(file = FILE): () => void {
  try {
    // "/autogroup-42 nice 0"
    const [, before] = / nice (-?\d+)/.exec(readFileSync(file, 'utf8')) ?? [];
    if (before === undefined) {
      return () => undefined;
    }
    writeFileSync(file, HIGHEST);
    return () => writeFileSync(file, before);
  } catch {
    return () => undefined;
  }
}
