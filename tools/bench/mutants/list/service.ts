import type { Mutant } from '../mutant';

export const service: readonly Mutant[] = [];
