import type { Mutant } from '../mutant';

/** Bugs of delivery and access that the simulated runs of test/simulation must detect. */
export const worlds: readonly Mutant[] = [];
