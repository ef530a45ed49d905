import { FARGATE_MEMORY_MIB } from '../aws-limits';

/** @returns problems of the size. Fargate supports certain memory sizes for each CPU size. */
export function sizeProblems({ cpu, memoryLimitMiB }: { cpu: number; memoryLimitMiB: number }): string[] {
  const sizes = FARGATE_MEMORY_MIB.get(cpu);
  if (!sizes) {
    return [`cpu must be one of ${[...FARGATE_MEMORY_MIB.keys()].join(', ')}, got ${cpu}. Fix: use 256`];
  }
  return sizes.includes(memoryLimitMiB)
    ? []
    : [
        `memoryLimitMiB must be a Fargate memory size for cpu ${cpu}, from ${sizes.at(0)} to ${sizes.at(-1)}, got ${memoryLimitMiB}. Fix: use ${sizes.at(0)}`,
      ];
}
