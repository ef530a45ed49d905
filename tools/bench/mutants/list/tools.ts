import type { Mutant } from '../mutant';

export const tools: readonly Mutant[] = [];
