import { runProcess } from '../run-process';
import { Distributions } from './distributions';

/** Maximum milliseconds for open requests when the app stops, as for those of the lanes. */
const LONGEST_DRAIN = 5000;

/** The process of the distributions, in front of the lanes. */
runProcess(async ({ blueprint, addresses, pageUrl }, log) => {
  const distributions = await Distributions.start({
    ...{ blueprint, addresses },
    ...(pageUrl !== undefined && { pageUrl }),
    log: (line) => log({ process: 'cloudfront', ...line }),
  });
  return {
    async update(next) {
      distributions.update(next.blueprint);
    },
    stop: () => distributions.close(LONGEST_DRAIN),
  };
});
