import type { Template } from 'aws-cdk-lib/assertions';

/** Functions of the WebSocket lane, with the beginning of their logical ids. */
export const FUNCTIONS = {
  connect: 'TwinLaneWebSocketLaneConnectFunction',
  disconnect: 'TwinLaneWebSocketLaneDisconnectFunction',
  message: 'TwinLaneWebSocketLaneMessageFunction',
  push: 'TwinLaneDeliveryPushFunction',
  dispatch: 'TwinLaneDeliveryDispatchFunction',
  deliver: 'TwinLaneDeliveryDeliverFunction',
  revoke: 'TwinLaneRevocationRevokeFunction',
};

/**
 * @param resources - type and beginning of the logical id of one or more resources: `AWS::SQS::Queue TwinLaneDeliveryQueue`
 * @param path - path of a property: `RedrivePolicy/maxReceiveCount`. A step into a list is an index, or the `Key` or `Name` of an
 *   entry with a `Value`. A step into a text reads it as JSON. `DeletionPolicy` is the attribute of the resource
 * @returns the value of each of the resources; undefined for one without the property. Throws if there is no such resource
 */
export function propertyOf(template: Template, resources: string, path: string): unknown[] {
  const [type = '', prefix = ''] = resources.split(' ');
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(prefix));
  if (found.length === 0) {
    throw new Error(
      `the template must have a resource ${resources}, got none. Fix: correct the type and the logical id`,
    );
  }
  return found.map(([, { Properties, DeletionPolicy }]) =>
    path.split('/').reduce<unknown>(valueIn, { ...Properties, DeletionPolicy }),
  );
}

function valueIn(value: unknown, step: string): unknown {
  if (Array.isArray(value)) {
    return /^\d+$/.test(step)
      ? value[Number(step)]
      : value.find(({ Key, Name }: Record<string, unknown>) => [Key, Name].includes(step))?.Value;
  }
  const object: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  return (object as Record<string, unknown> | undefined)?.[step];
}
