import type { Blueprint, FunctionBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import { FunctionArns } from './functions';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';

/** Types of resources that can receive the records of asynchronous invocations. */
const DESTINATIONS = ['AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::Lambda::Function', 'AWS::Events::EventBus'];

/** Adds to functions the settings of `AWS::Lambda::EventInvokeConfig`. All versions and aliases of a function share them here. */
export function withInvokeConfigs(
  assembly: Assembly,
  { functions, functionsThatDoNotRun }: Pick<Blueprint, 'functions' | 'functionsThatDoNotRun'>,
  notEmulated: NotEmulated,
): FunctionBlueprint[] {
  const arns = new FunctionArns({ functions, functionsThatDoNotRun });
  const targets = new Set(assembly.ofType(...DESTINATIONS).map(({ identity }) => identity.arn));
  const configs = new Map(
    assembly.ofType('AWS::Lambda::EventInvokeConfig').flatMap((resource) => {
      const functionArn = arns.find(resource.property('FunctionName').text(), resource);
      const destination = (property: Property) => {
        const arn = property.at('Destination').optionalText();
        // A reference to an alias or a version is one to its function.
        const target = arn && (arns.find(arn, resource) ?? arn);
        if (target && !targets.has(target) && !target.endsWith(':event-bus/default')) {
          notEmulated.add(
            'AWS::Lambda::EventInvokeConfig (destination)',
            resource.logicalId,
            'Only queues, topics, event buses and functions of the assembly can be destinations here. Records of invocations are dropped.',
          );
          return undefined;
        }
        return target;
      };
      const onSuccess = destination(resource.property('DestinationConfig').at('OnSuccess'));
      const onFailure = destination(resource.property('DestinationConfig').at('OnFailure'));
      const settings: FunctionBlueprint['asynchronous'] = {
        maximumRetryAttempts: resource.property('MaximumRetryAttempts').number(2),
        maximumEventAgeSeconds: resource.property('MaximumEventAgeInSeconds').number(21_600),
        ...(onSuccess !== undefined && { onSuccess }),
        ...(onFailure !== undefined && { onFailure }),
      };
      return functionArn ? [[functionArn, settings] as const] : [];
    }),
  );
  return functions.map((fn) => {
    const asynchronous = configs.get(fn.arn);
    return asynchronous ? { ...fn, asynchronous } : fn;
  });
}
