/**
 * One contender in a separate process: `contender.ts NAME ENDPOINT`. Prints the CPU seconds (user and system) of its posts
 * after a warm-up.
 */
import { contenders } from './contenders';
import { POSTS, WARM_UP } from './fanout';

async function main(name: keyof typeof contenders, endpoint: string): Promise<void> {
  const fanOut = contenders[name](endpoint);
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `BFHP${index}CKlQ=`);
  await fanOut(ids(WARM_UP));
  const before = process.cpuUsage();
  await fanOut(ids(POSTS));
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1e6);
  process.exit();
}

main(process.argv[2] as keyof typeof contenders, process.argv[3] ?? '');
