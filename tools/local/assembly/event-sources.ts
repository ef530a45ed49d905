import type { EventSourceBlueprint, QueueBlueprint, TableBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { FunctionArns } from './functions';
import type { NotEmulated } from './not-emulated';
import type { Resource } from './resource';

/** Properties of a mapping that have no effect here, or only on its speed. */
const NOT_EMULATED = ['MaximumRecordAgeInSeconds', 'ParallelizationFactor', 'TumblingWindowInSeconds'];

/** `AWS::Lambda::EventSourceMapping` of streams and queues of the assembly. */
export function eventSourcesOf(
  assembly: Assembly,
  functions: FunctionArns,
  tables: readonly TableBlueprint[],
  queues: readonly QueueBlueprint[],
  notEmulated: NotEmulated,
): EventSourceBlueprint[] {
  return assembly.ofType('AWS::Lambda::EventSourceMapping').flatMap((resource) => {
    const sourceArn = resource.property('EventSourceArn').optionalText() ?? '';
    const isStream = tables.some(({ streamArn }) => streamArn === sourceArn);
    const isQueue = queues.some(({ arn }) => arn === sourceArn);
    if (!isStream && !isQueue) {
      const kind = sourceArn.split(':')[2] || 'self-managed';
      const type = `AWS::Lambda::EventSourceMapping (${kind})`;
      notEmulated.add(type, resource.logicalId, 'Its source does not run here, so its function receives no events.');
      return [];
    }
    if (!resource.property('Enabled').flag(true)) {
      const type = 'AWS::Lambda::EventSourceMapping (disabled)';
      notEmulated.add(type, resource.logicalId, 'It is disabled in the template, so its function receives no events.');
      return [];
    }
    for (const property of NOT_EMULATED.filter((name) => resource.property(name).exists)) {
      const type = `AWS::Lambda::EventSourceMapping (${property})`;
      notEmulated.add(type, resource.logicalId, 'The property has no effect here.');
    }

    const functionReference = resource.property('FunctionName').text();
    const functionArn = functions.find(functionReference, resource);
    if (!functionArn) {
      resource.property('FunctionName').fail(`${functionReference} is not a function of this assembly`);
      return [];
    }
    if (!functions.runs(functionArn)) {
      const type = 'AWS::Lambda::EventSourceMapping (function)';
      notEmulated.add(type, resource.logicalId, 'Its function cannot run here, so the source is not read.');
      return [];
    }
    const onFailureQueue = onFailureQueueOf(resource, queues, notEmulated);
    const maximumConcurrency = resource.property('ScalingConfig').at('MaximumConcurrency').optionalNumber();
    return [
      {
        logicalId: resource.logicalId,
        functionArn,
        source: isStream ? { stream: sourceArn } : { queue: sourceArn },
        // Defaults of CreateEventSourceMapping.
        batchSize: resource.property('BatchSize').number(isStream ? 100 : 10),
        maximumBatchingWindowSeconds: resource.property('MaximumBatchingWindowInSeconds').number(0),
        filters: resource
          .property('FilterCriteria')
          .at('Filters')
          .items()
          .map((filter) => filter.at('Pattern').text()),
        reportBatchItemFailures: resource
          .property('FunctionResponseTypes')
          .items()
          .some((type) => type.text() === 'ReportBatchItemFailures'),
        maximumRetryAttempts: resource.property('MaximumRetryAttempts').number(-1),
        bisectBatchOnFunctionError: resource.property('BisectBatchOnFunctionError').flag(false),
        startingPosition: resource.property('StartingPosition').optionalText() === 'LATEST' ? 'LATEST' : 'TRIM_HORIZON',
        ...(onFailureQueue && { onFailureQueue }),
        ...(maximumConcurrency !== undefined && { maximumConcurrency }),
      },
    ];
  });
}

function onFailureQueueOf(
  resource: Resource,
  queues: readonly QueueBlueprint[],
  notEmulated: NotEmulated,
): string | undefined {
  const destination = resource.property('DestinationConfig').at('OnFailure').at('Destination').optionalText();
  if (destination === undefined) return undefined;
  const queue = queues.find(({ arn }) => arn === destination);
  if (!queue) {
    const type = 'AWS::Lambda::EventSourceMapping (OnFailure)';
    notEmulated.add(
      type,
      resource.logicalId,
      'Only queues of the assembly can be on-failure destinations here. Failed records are dropped.',
    );
  }
  return queue?.arn;
}
