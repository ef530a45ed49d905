import { concrete, type Resources } from './concrete';
import { type MetricAlarm, readAlarm } from './metric-alarm';

/** Metric alarm with its place in a template. */
export interface AlarmInTemplate {
  readonly alarm: MetricAlarm;
  readonly logicalId: string;

  /** Name without the prefix of the stack: `http-errors`. */
  readonly id: string;
}

/** Composite alarm of a template. */
export interface CompositeInTemplate {
  /** Last part of its name: `http`, `websocket` or `log`. */
  readonly lane: string;

  readonly description: string;

  /** Rule in which an alarm is `LOGICALID.Arn`. */
  readonly rule: string;

  readonly alarmActions: readonly unknown[];
  readonly okActions: readonly unknown[];
}

interface CompositeProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmRule: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
}

const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';

/** @returns the metric alarms that are part of the health of a lane */
export function alarmsIn(resources: Resources): AlarmInTemplate[] {
  const prefix = prefixOf(resources);
  return Object.entries(resources)
    .filter(([, { Type, Properties }]) => Type === 'AWS::CloudWatch::Alarm' && isNamed(Properties, prefix))
    .map(([logicalId, { Properties }]) => ({
      alarm: readAlarm(concrete(Properties, resources) as Record<string, unknown>),
      logicalId,
      id: `${Properties.AlarmName}`.slice(prefix.length),
    }));
}

function isNamed({ AlarmName }: { AlarmName?: unknown }, prefix: string): boolean {
  return typeof AlarmName === 'string' && AlarmName.startsWith(prefix);
}

export function compositesIn(resources: Resources): CompositeInTemplate[] {
  const prefix = prefixOf(resources);
  return Object.values(resources)
    .filter(({ Type }) => Type === COMPOSITE)
    .map(({ Properties }) => {
      const properties = concrete(Properties, resources) as CompositeProperties;
      const { AlarmName, AlarmDescription, AlarmRule, AlarmActions = [], OKActions = [] } = properties;
      return {
        lane: AlarmName.slice(prefix.length),
        description: AlarmDescription,
        rule: AlarmRule,
        alarmActions: AlarmActions,
        okActions: OKActions,
      };
    });
}

/** Prefix of the names of all alarms, with the hyphen at its end. */
function prefixOf(resources: Resources): string {
  const name = Object.values(resources).find(({ Type }) => Type === COMPOSITE)?.Properties.AlarmName;
  if (typeof name !== 'string') {
    throw new Error('the stack must have a composite alarm with a name');
  }
  return name.replace(/(http|websocket|log)$/, '');
}
