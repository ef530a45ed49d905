import type { Mutant } from '../mutant';

export const lambda: readonly Mutant[] = [];
