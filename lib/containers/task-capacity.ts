/** Options of the scaling of a service. */
export interface TaskCapacity {
  readonly minCapacity: number;
  readonly maxCapacity: number;

  /** Percentages by their names: more than 0, at most 100. */
  readonly percents: Readonly<Record<string, number>>;

  /** Further whole numbers by their names: 1 or more. */
  readonly numbers?: Readonly<Record<string, number>>;

  /** Effect of the failure of a single task: `takes the API down`. */
  readonly effect: string;
}

/** @returns the problems of the scaling, each with the value received and a fix */
export function capacityProblems(capacity: TaskCapacity): string[] {
  const { minCapacity, maxCapacity, percents, numbers, effect } = capacity;
  const found = Object.entries({ minCapacity, maxCapacity, ...numbers })
    .filter(([, number]) => !Number.isInteger(number) || number < 1)
    .map(
      ([name, number]) => `scaling.${name} must be a whole number, 1 or more, got ${number}. Fix: use a whole number`,
    );
  for (const [name, percent] of Object.entries(percents)) {
    if (!(percent > 0 && percent <= 100)) {
      found.push(`scaling.${name} must be more than 0 and at most 100, got ${percent}. Fix: use 60`);
    }
  }
  if (minCapacity === 1) {
    found.push(
      `scaling.minCapacity must be at least 2, got ${minCapacity}: a single task runs in one Availability Zone, so one failure ${effect}. Fix: use 2 or more`,
    );
  }
  if (minCapacity > maxCapacity) {
    found.push(
      `scaling.minCapacity must be <= maxCapacity, got ${minCapacity} > ${maxCapacity}. Fix: raise maxCapacity`,
    );
  }
  return found;
}
