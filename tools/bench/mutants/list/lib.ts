import type { Mutant } from '../mutant';

export const lib: readonly Mutant[] = [];
