import type { Mutant } from '../mutant';

export const client: readonly Mutant[] = [];
