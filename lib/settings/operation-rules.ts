import { partitionOf } from '../partition';
import type { Finding, Sound } from './check-shape';
import type { Rule } from './rules';
import type { StageSettings } from './shape';

/** CloudWatch notifies only topics of the Region of the alarm. */
function* alarmTopicOfRegion({ operation, region }: Sound<StageSettings>): Iterable<Finding> {
  const arn = operation?.alarmTopicArn;
  if (!arn || !region) return;
  const [, partitionOfArn, , regionOfArn] = arn.split(':');
  const finding = { path: ['operation', 'alarmTopicArn'], value: arn };
  if (regionOfArn !== region) {
    yield {
      ...finding,
      rule: `must be in the Region of the stack, ${region}`,
      fix: `use a topic in ${region}, or remove alarmTopicArn to have one created`,
    };
  } else if (partitionOfArn !== partitionOf(region)) {
    yield {
      ...finding,
      rule: `must be in the partition of the Region ${region}, ${partitionOf(region)}`,
      fix: `use the ARN as SNS shows it: "${arn.replace(/^arn:[^:]+/, `arn:${partitionOf(region)}`)}"`,
    };
  }
}

export const operationRules: readonly Rule[] = [alarmTopicOfRegion];
