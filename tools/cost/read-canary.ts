import type { PlannedResource } from '../preflight/planned-stack';
import type { StageCanary } from './stage';

/** Units of the expression of a schedule, in minutes. */
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

/** Reads the canary of a stage: a function that a rule invokes, or a canary of CloudWatch Synthetics. */
export function readCanary(resources: readonly PlannedResource[]): StageCanary | undefined {
  const synthetics = resources.find(
    ({ type, properties }) =>
      type === 'AWS::Synthetics::Canary' && NAME in object(object(properties.RunConfig).EnvironmentVariables),
  )?.properties;
  if (synthetics) {
    const { MemoryInMB, EnvironmentVariables } = object(synthetics.RunConfig);
    return {
      type: 'synthetics',
      everyMinutes: minutesOf(object(synthetics.Schedule).Expression),
      memory: Number(MemoryInMB),
      hasSecret: hasSecret(EnvironmentVariables),
    };
  }
  const fn = resources.find(
    ({ type, properties }) =>
      type === 'AWS::Lambda::Function' && NAME in object(object(properties.Environment).Variables),
  );
  const rule =
    fn && resources.find(({ type, properties }) => type === 'AWS::Events::Rule' && invokes(properties, fn.id));
  return fn && rule
    ? {
        type: 'scheduled',
        everyMinutes: minutesOf(rule.properties.ScheduleExpression),
        memory: Number(fn.properties.MemorySize ?? 128),
        hasSecret: hasSecret(object(fn.properties.Environment).Variables),
      }
    : undefined;
}

/** Variable of the code of the canary. Other canaries of the stack are resources of the user's own code. */
const NAME = 'CANARY_NAME';

/** @returns the minutes of `rate(5 minutes)` */
function minutesOf(expression: unknown): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(expression)) ?? [];
  const minutes = Number(count) * (MINUTES[unit] ?? Number.NaN);
  if (!(minutes > 0)) {
    throw new Error(`The schedule of the canary must be a rate, got ${JSON.stringify(expression)}`);
  }
  return minutes;
}

/** True for a rule with the function as a target. */
function invokes({ Targets }: PlannedResource['properties'], id: string): boolean {
  return JSON.stringify(Targets ?? null).includes(`"${id}"`);
}

/** The variable is `none` without authentication. */
function hasSecret(variables: unknown): boolean {
  const { CANARY_SECRET: secret } = object(variables);
  return secret !== undefined && secret !== 'none';
}

function object(value: unknown): PlannedResource['properties'] {
  return typeof value === 'object' && value !== null ? (value as PlannedResource['properties']) : {};
}
