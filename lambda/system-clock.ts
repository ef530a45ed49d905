import { setTimeout } from 'node:timers/promises';
import type { Clock } from './realtime/ports';

export const systemClock: Clock = {
  now: Date.now,
  wait: setTimeout,
  random: Math.random,
};
