import { slowedBy, slowestIdle } from './causes/load';
import type { Pass } from './measurements';
import { NOTICEABLE } from './thresholds';

/**
 * Measures every pass, in order. Repeats a slow pass, together with its baseline, because other load on this machine slows both.
 *
 * @param sockets number of sockets of the silent pass and of the storm
 * @param once measures one pass, and adds it to `passes`
 */
export async function everyPass(
  sockets: number,
  once: (name: Pass['name'], count: number) => Promise<Pass>,
  passes: readonly Pass[],
): Promise<void> {
  const under = async (name: Pass['name'], count: number): Promise<Pass> => {
    const result = await once(name, count);
    if (result.stalled > 0 || slowedBy(result, slowestIdle(passes)) <= NOTICEABLE) {
      return result;
    }
    await once('idle', 0);
    return once(name, count);
  };
  await once('idle', 0);
  await under('open', 1);
  const silent = await under('silent', sockets);
  // If silent sockets already block requests, a storm would show nothing new.
  if (silent.stalled === 0) {
    await under('storm', sockets);
  }
}
