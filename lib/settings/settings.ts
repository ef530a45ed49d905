import { z } from 'zod';
import { capacityRules } from './capacity-rules';
import { checkShape, type Finding } from './check-shape';
import { nearest } from './nearest';
import type { Problem } from './problem';
import { rules } from './rules';
import type { StageSettings } from './shape';

export { formatProblems, type Problem } from './problem';

/** The settings of one stage, checked as a whole; docs/settings.md describes each. */
export interface Settings extends StageSettings {
  /** The name of the stage: the key of its block. */
  readonly stage: string;
}

const DEFAULT_STAGE = 'dev';

/** A stage's name becomes part of the stack's, which CloudFormation holds to letters, digits and hyphens. */
const STAGE_NAME = /^[a-z][a-z0-9-]*$/;

/**
 * Reads the settings of a stage. The blocks of all stages are checked, not only the one asked for: a mistake in `prod`
 * should not wait for the day of its release.
 *
 * @param context the value of `twinlane` in the CDK context
 * @param stage the value of `stage` in the CDK context (`-c stage=prod`); `dev` if undefined
 * @returns the settings, or all problems at once
 */
export function readSettings(context: unknown, stage: unknown): { settings: Settings } | { problems: Problem[] } {
  if (!isBlock(context) || Object.keys(context).length === 0) return { problems: [noStages(context)] };

  const stages = new Map(Object.entries(context).map(([name, block]) => [name, checkStage(name, block)]));
  const problems = [...stages.values()].flatMap((checked) => checked.problems);
  const name = stage ?? DEFAULT_STAGE;
  const chosen = typeof name === 'string' ? stages.get(name) : undefined;
  if (!chosen) return { problems: [noSuchStage(name, [...stages.keys()]), ...problems] };
  if (!chosen.settings || problems.length > 0) return { problems };
  return { settings: { ...chosen.settings, stage: String(name) } };
}

function checkStage(name: string, block: unknown): { settings?: StageSettings; problems: Problem[] } {
  const { settings, sound, findings } = checkShape(block);
  const crossed = [...rules, ...capacityRules].flatMap((rule) => [...rule(sound)]);
  const problems = [...misnamed(name, block), ...findings, ...crossed].map((finding) => ({
    ...finding,
    path: z.core.toDotPath(['twinlane', name, ...finding.path]),
  }));
  return { settings, problems };
}

function* misnamed(name: string, block: unknown): Iterable<Finding> {
  if (!STAGE_NAME.test(name)) {
    yield {
      path: [],
      value: block,
      rule: "must be named in lower-case letters, digits and hyphens: the name becomes part of the stack's",
      mend: 'rename the stage, to "dev" or "prod" for example',
    };
  }
}

function noStages(context: unknown): Problem {
  return {
    path: 'twinlane',
    value: context,
    rule: 'must hold one block of settings for each stage',
    mend: 'add "twinlane": { "dev": { ... } } to the context in cdk.json; docs/settings.md describes the block',
  };
}

function noSuchStage(name: unknown, stages: string[]): Problem {
  return {
    path: 'stage',
    value: name,
    rule: `must be a stage of cdk.json: ${stages.join(', ')}`,
    mend: `write -c stage=${nearest(name, stages)}`,
  };
}

function isBlock(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
