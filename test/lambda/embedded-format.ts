/** Units of CloudWatch that the metrics use. */
const UNITS = ['Count', 'Milliseconds', 'None', 'Percent'];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Checks a line against the rules of the embedded metric format:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @returns the violated rules
 */
export function violationsOf(line: string): string[] {
  if (!/^[^\r\n]+\n$/.test(line)) {
    return ['one line'];
  }
  const root: unknown = JSON.parse(line);
  const aws = isObject(root) ? root._aws : undefined;
  if (
    !isObject(root) ||
    !isObject(aws) ||
    !Array.isArray(aws.CloudWatchMetrics) ||
    aws.CloudWatchMetrics.length === 0
  ) {
    return ['metadata'];
  }
  return [
    ...(Number.isSafeInteger(aws.Timestamp) && Number(aws.Timestamp) >= 0 ? [] : ['timestamp']),
    ...(Buffer.byteLength(line) <= 256 * 1024 ? [] : ['size']),
    ...aws.CloudWatchMetrics.flatMap((directive) => directiveViolations(directive, root)),
  ];
}

function directiveViolations(directive: unknown, root: Record<string, unknown>): string[] {
  const { Namespace, Dimensions, Metrics } = directive as Record<string, unknown>;
  const sets = Dimensions as string[][];
  const metrics = Metrics as { Name: string; Unit: string }[];
  const isDimension = (name: string) =>
    typeof root[name] === 'string' && /^[\x20-\x7e]{1,1024}$/.test(String(root[name]));
  const isValue = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
  const isMetric = ({ Name }: { Name: string }) => {
    const value = root[Name];
    return Array.isArray(value) ? value.length >= 1 && value.length <= 100 && value.every(isValue) : isValue(value);
  };
  const names = [...sets.flat(), ...metrics.map(({ Name }) => Name)];
  return [
    ...(typeof Namespace === 'string' && /^(?!AWS\/)[\w.#:/-]{1,255}$/.test(Namespace) ? [] : ['namespace']),
    ...(sets.length > 0 && sets.every((set) => set.length <= 30 && set.every(isDimension)) ? [] : ['dimensions']),
    ...(metrics.length >= 1 && metrics.length <= 100 ? [] : ['number of metrics']),
    ...(metrics.every(isMetric) ? [] : ['values']),
    ...(metrics.every(({ Unit }) => UNITS.includes(Unit)) ? [] : ['unit']),
    ...(new Set(names).size === names.length ? [] : ['names']),
  ];
}
