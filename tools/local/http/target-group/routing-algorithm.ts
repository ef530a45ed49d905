/** The load of a target. */
interface Busy {
  readonly outstanding: number;
}

/** @returns the target of the next request; undefined if there are no targets */
export type RoutingAlgorithm = <T extends Busy>(targets: readonly T[]) => T | undefined;

/** @param name the attribute `load_balancing.algorithm.type` */
export function routingAlgorithm(name = 'round_robin', random: () => number = Math.random): RoutingAlgorithm {
  let turn = 0;
  const roundRobin: RoutingAlgorithm = (targets) => {
    turn += 1;
    return targets[turn % targets.length];
  };
  switch (name) {
    case 'least_outstanding_requests':
      return (targets) => {
        const least = Math.min(...targets.map(({ outstanding }) => outstanding));
        return roundRobin(targets.filter(({ outstanding }) => outstanding === least));
      };
    case 'weighted_random':
      return (targets) => targets[Math.floor(random() * targets.length)];
    default:
      return roundRobin;
  }
}
