import type { RuleBlueprint, RuleTargetBlueprint } from '../blueprint';
import { partitionOf } from '../partition';
import type { Assembly } from './assembly';
import type { FunctionArns } from './functions';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';
import type { Resource } from './resource';

/** Reads each enabled `AWS::Events::Rule` with an event pattern, and its targets that run here. */
export function rulesOf(assembly: Assembly, functions: FunctionArns, notEmulated: NotEmulated): RuleBlueprint[] {
  const targets = new Set(
    assembly.ofType('AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::Events::EventBus').map(({ identity }) => identity.arn),
  );
  const targetArn = (reference: string, rule: Resource) => {
    const isBusOfAccount = reference.endsWith(':event-bus/default');
    return targets.has(reference) || isBusOfAccount ? reference : functions.find(reference, rule);
  };
  return assembly.ofType('AWS::Events::Rule').flatMap((rule) => {
    const omit = (detail: string, meaning: string) =>
      notEmulated.add(`AWS::Events::Rule (${detail})`, rule.logicalId, meaning);
    if (rule.property('State').optionalText() === 'DISABLED') {
      omit('disabled', 'It is disabled in the template, so its targets receive no events.');
      return [];
    }
    if (rule.property('ScheduleExpression').exists) {
      omit('schedule', 'Nothing runs on a schedule here, so its targets receive no events of the schedule.');
    }
    const pattern = rule.property('EventPattern');
    if (!pattern.exists) {
      return [];
    }
    const sources = pattern.at('source').items();
    if (sources.length > 0 && sources.every((source) => String(source.value()).startsWith('aws.'))) {
      omit('events of AWS', 'Services of AWS send no events here, so its targets receive none.');
    }
    return [
      {
        ...rule.regional,
        busArn: busArnOf(rule),
        eventPattern: JSON.stringify(pattern.value()),
        targets: rule
          .property('Targets')
          .items()
          .flatMap((target) => {
            const reference = target.at('Arn').text();
            const arn = targetArn(reference, rule);
            if (arn === undefined) {
              const service = reference.split(':')[2] || 'unknown';
              omit(`target ${service}`, 'Its target does not run here, so it receives no events.');
              return [];
            }
            return [targetOf(target, arn)];
          }),
      },
    ];
  });
}

function targetOf(target: Property, arn: string): RuleTargetBlueprint {
  const optional = (property: Property, name: string) => {
    const text = property.optionalText();
    return text !== undefined && { [name]: text };
  };
  const transformer = target.at('InputTransformer');
  return {
    arn,
    ...optional(target.at('RoleArn'), 'roleArn'),
    ...optional(target.at('Input'), 'input'),
    ...optional(target.at('InputPath'), 'inputPath'),
    ...optional(target.at('SqsParameters').at('MessageGroupId'), 'messageGroupId'),
    ...optional(target.at('DeadLetterConfig').at('Arn'), 'deadLetterArn'),
    ...(transformer.exists && {
      inputTransformer: {
        paths: transformer.at('InputPathsMap').texts(),
        template: transformer.at('InputTemplate').text(),
      },
    }),
  };
}

/** The bus of a rule, which the template references by name or by ARN. */
function busArnOf(rule: Resource): string {
  const name = rule.property('EventBusName').optionalText() ?? 'default';
  const { region, accountId } = rule.regional;
  return name.startsWith('arn:')
    ? name
    : `arn:${partitionOf(region).name}:events:${region}:${accountId}:event-bus/${name}`;
}
