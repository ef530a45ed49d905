import type { Mutant } from '../mutant';

export const local: readonly Mutant[] = [];
