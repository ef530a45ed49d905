import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { z } from 'zod';
import { CommandError } from '../cli';

/** A resource of the template. */
export interface PlannedResource {
  /** Logical id. */
  readonly id: string;
  /** Type of CloudFormation: `AWS::EC2::EIP`. */
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A stack of a cloud assembly, to be deployed. */
export interface PlannedStack {
  readonly stack: string;
  readonly region: string;
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  /** Absent if the settings name none. Then the credentials determine it. */
  readonly account?: string;
  /** The bootstrap version that the assembly requires, and the parameter of Systems Manager that has the actual one. */
  readonly bootstrap?: { readonly version: number; readonly parameter: string };
  /** Number of images that Docker builds before the deployment. */
  readonly images: number;
  readonly resources: readonly PlannedResource[];
  /** Values of the outputs, by name. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

const StackArtifact = z.object({
  environment: z.string(),
  properties: z.object({
    templateFile: z.string(),
    stackName: z.string().optional(),
    requiresBootstrapStackVersion: z.number().optional(),
    bootstrapStackVersionSsmParameter: z.string().optional(),
  }),
});

const AssetsArtifact = z.object({ properties: z.object({ file: z.string() }) });

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      dependencies: z.array(z.string()).default([]),
      displayName: z.string().optional(),
    }),
  ),
});

const Template = z.object({
  Resources: z
    .record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }))
    .default({}),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});

const Assets = z.object({ dockerImages: z.record(z.string(), z.unknown()).default({}) });

/**
 * Reads a stack from a cloud assembly.
 *
 * @param folder the folder that `cdk synth` wrote
 * @param name name of the stack; optional if the assembly has only one
 * @throws {CommandError} if the folder is no cloud assembly, has not exactly that stack, or the stack has no Region
 */
export function readPlannedStack(folder: string, name?: string): PlannedStack {
  const { artifacts } = parse(folder, 'manifest.json', Manifest);
  const stacks = Object.entries(artifacts)
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .map(([id, artifact]) => {
      const { environment, properties } = StackArtifact.parse(artifact);
      return { stack: properties.stackName ?? id, dependencies: artifact.dependencies, environment, properties };
    });
  const [found, ...others] = name === undefined ? stacks : stacks.filter(({ stack }) => stack === name);
  if (found === undefined || others.length > 0) {
    const problem = name === undefined ? 'must have one stack unless --stack is passed' : `has no stack ${name}`;
    const names = stacks.map(({ stack }) => stack).join(', ') || 'none';
    throw new CommandError(
      `The cloud assembly ${problem}, got ${names}. Fix: pass --stack with the name of one of its stacks.`,
    );
  }
  const { stack, dependencies, environment, properties } = found;
  const { requiresBootstrapStackVersion: version, bootstrapStackVersionSsmParameter: parameter } = properties;
  const [account = '', region = ''] = environment.replace('aws://', '').split('/');
  if (region === '' || region === 'unknown-region') {
    throw new CommandError(`The stack ${stack} must have a Region, got ${region}. Fix: set region in its settings.`);
  }
  const { Resources, Outputs } = parse(folder, properties.templateFile, Template);
  const assets = dependencies.filter((id) => artifacts[id]?.type === 'cdk:asset-manifest');
  return {
    stack,
    region,
    // A Region that the CDK does not know yet is most likely in the largest partition.
    partition: RegionInfo.get(region).partition ?? 'aws',
    account: account === 'unknown-account' ? undefined : account,
    bootstrap: version !== undefined && parameter !== undefined ? { version, parameter } : undefined,
    images: assets
      .map((id) => parse(folder, AssetsArtifact.parse(artifacts[id]).properties.file, Assets))
      .reduce((sum, { dockerImages }) => sum + Object.keys(dockerImages).length, 0),
    resources: Object.entries(Resources).map(([id, { Type, Properties }]) => ({
      id,
      type: Type,
      properties: Properties,
    })),
    outputs: Object.fromEntries(Object.entries(Outputs).map(([name, { Value }]) => [name, Value])),
  };
}

function parse<Shape>(folder: string, file: string, shape: z.ZodType<Shape>): Shape {
  try {
    return shape.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  } catch (error) {
    throw new CommandError(
      `${join(folder, file)} cannot be read as a part of a cloud assembly. Fix: pass a folder that cdk synth wrote.`,
      { cause: error },
    );
  }
}
