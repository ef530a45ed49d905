import { Cost, Servers } from './facts';
import type { Load } from './load';
import { connectCpuOf, tasksOf, vcpusOf } from './tasks';

/**
 * Maximum new connections a second: API Gateway's quota, or the number that the connection table can write. With servers, the CPU
 * of the tasks, or the number of tickets that the admission table can write.
 */
export function connectsPerSecondAtMost(load: Load): number {
  const { connectsPerSecond, tableWritesPerSecond } = load;
  if (load.entry === 'apiGateway') {
    return Math.min(connectsPerSecond, tableWritesPerSecond / (Cost.connectWrites.value + Cost.frameWrites.value));
  }
  const mostWrites = Math.max(Cost.ticketWrites.value, Servers.openWrites.value);
  return Math.min((tasksOf(load) * vcpusOf(load)) / connectCpuOf(load), tableWritesPerSecond / mostWrites);
}
