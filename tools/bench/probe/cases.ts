import type { Case } from './case';
import { HEALTHY, USED } from './healthy';
import { PAIRS } from './pairs';
import { SINGLE_CAUSES } from './single-causes';

/** Servers with planted causes, single and in pairs. */
export const PLANTED: readonly Case[] = [...SINGLE_CAUSES, ...PAIRS];

/** Servers without a fault. */
export const WITHOUT_FAULT: readonly Case[] = [...HEALTHY, USED];
