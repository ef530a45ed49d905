import type { QueueBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { Resource } from './resource';

/** Reads each `AWS::SQS::Queue`. Numbers that the template omits are the defaults of CreateQueue. */
export function queuesOf(assembly: Assembly): QueueBlueprint[] {
  return assembly.ofType('AWS::SQS::Queue').map((resource) => {
    const deadLetter = deadLetterOf(resource);
    return {
      ...resource.regional,
      fifo: resource.property('FifoQueue').flag(false),
      visibilityTimeoutSeconds: resource.property('VisibilityTimeout').number(30),
      retentionSeconds: resource.property('MessageRetentionPeriod').number(345_600),
      delaySeconds: resource.property('DelaySeconds').number(0),
      ...(deadLetter && { deadLetter }),
    };
  });
}

function deadLetterOf(resource: Resource): QueueBlueprint['deadLetter'] {
  const policy = resource.property('RedrivePolicy');
  if (!policy.exists) return undefined;
  return {
    queue: policy.at('deadLetterTargetArn').text(),
    maxReceiveCount: policy.at('maxReceiveCount').number(10),
  };
}
