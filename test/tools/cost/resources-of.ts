import type { Template } from 'aws-cdk-lib/assertions';
import type { PlannedResource } from '../../../tools/preflight/planned-stack';

/** @returns the resources of a template, as a cloud assembly has them */
export function resourcesOf(template: Template): PlannedResource[] {
  const { Resources } = template.toJSON() as {
    Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
  };
  return Object.entries(Resources).map(([id, { Type, Properties = {} }]) => ({
    id,
    type: Type,
    properties: Properties,
  }));
}
