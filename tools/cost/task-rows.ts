import { HOURS_OF_MONTH, priceOf } from '../prices/price';
import type { Row } from './charge';
import type { StageService } from './stage';

/** Rows of the vCPUs and the memory of tasks that run for the whole month. */
export function taskRows(what: string, { cpu, memory, architecture }: StageService, tasks: number): Row[] {
  return [
    [`${what}: vCPUs`, priceOf('Fargate', `${architecture} vCPU`), HOURS_OF_MONTH * tasks * (cpu / 1024)],
    [`${what}: memory`, priceOf('Fargate', `${architecture} memory`), HOURS_OF_MONTH * tasks * (memory / 1024)],
  ];
}
