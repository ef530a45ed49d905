/** Messages a second that each connection receives, all on one topic. */
export const RATES: readonly [name: string, rate: number][] = [
  ['no messages', 0],
  ['one a minute', 1 / 60],
  ['one a second', 1],
];
