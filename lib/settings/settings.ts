import { z } from 'zod';
import { capacityRules } from './capacity-rules';
import { checkShape, type Finding, isBlock, type Sound } from './check-shape';
import { concurrencyRules } from './concurrency-rules';
import { nearestWord } from './nearest';
import { gatewayRules } from './gateway-rules';
import { networkRules } from './network-rules';
import { operationRules } from './operation-rules';
import type { Problem } from './problem';
import { rules } from './rules';
import type { StageSettings } from './shape';
import { type Stages, stageRules } from './stage-rules';

export { formatProblems, type Problem } from './problem';

/** The validated settings of one stage. docs/settings.md describes each setting. */
export interface Settings extends StageSettings {
  /** The name of the stage: the key of its block. */
  readonly stage: string;
}

const DEFAULT_STAGE = 'dev';

/** A stage's name becomes part of the stack's name: letters, digits and hyphens in CloudFormation. */
const STAGE_NAME = /^[a-z][a-z0-9-]*$/;

const STACK_PREFIX = 'Twinlane-';

/**
 * Maximum length of a stage's name, so that the stack's name has at most 128 characters, the maximum of CloudFormation. The
 * CDK would shorten a longer one without a message. The names of resources fit, because CloudFormation and the CDK shorten them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-using-console-create-stack-parameters.html
 */
const LONGEST_STAGE_NAME = 128 - STACK_PREFIX.length;

/** @returns the name of a stage's stack: `Twinlane-dev` */
export function stackNameOf({ stage }: Settings): string {
  return `${STACK_PREFIX}${stage}`;
}

/**
 * Reads the settings of a stage. All stages are validated, so that a mistake in `prod` is found before its deployment.
 *
 * @param context the value of `twinlane` in the CDK context
 * @param stage the value of `stage` in the CDK context (`-c stage=prod`); `dev` if undefined
 * @returns the settings, or all problems
 */
export function readSettings(context: unknown, stage: unknown): { settings: Settings } | { problems: Problem[] } {
  if (!isBlock(context) || Object.keys(context).length === 0) return { problems: [noStages(context)] };

  const stages = new Map(Object.entries(context).map(([name, block]) => [name, checkStage(name, block)]));
  const problems = [
    ...[...stages.values()].flatMap((checked) => checked.problems),
    ...problemsTogether(new Map([...stages].map(([name, { sound }]) => [name, sound]))),
  ];
  const name = stage ?? DEFAULT_STAGE;
  const chosen = typeof name === 'string' ? stages.get(name) : undefined;
  if (!chosen) return { problems: [noSuchStage(name, [...stages.keys()]), ...problems] };
  if (!chosen.settings || problems.length > 0) return { problems };
  return { settings: { ...chosen.settings, stage: String(name) } };
}

interface CheckedStage {
  /** The block, if all its values are sound. */
  readonly settings?: StageSettings;
  readonly sound: Sound<StageSettings>;
  readonly problems: readonly Problem[];
}

function checkStage(name: string, block: unknown): CheckedStage {
  const { settings, sound, given, findings } = checkShape(block);
  const reported = new Set(findings.map(({ path }) => z.core.toDotPath([...path])));
  // A value that is invalid by itself is reported once, and not again by each rule that needs it.
  const crossed = [...rules, ...gatewayRules, ...networkRules, ...capacityRules, ...concurrencyRules, ...operationRules]
    .flatMap((rule) => [...rule(sound, given)])
    .filter(({ path }) => !reported.has(z.core.toDotPath([...path])));
  const problems = [...misnamed(name), ...findings, ...crossed].map((finding) => problemOf(name, finding));
  return { settings, sound, problems };
}

/** @returns the problems of several stages together */
function problemsTogether(stages: Stages): Problem[] {
  return stageRules.flatMap((rule) => [...rule(stages)].map(([name, finding]) => problemOf(name, finding)));
}

function problemOf(stage: string, finding: Finding): Problem {
  return { ...finding, path: z.core.toDotPath(['twinlane', stage, ...finding.path]) };
}

function* misnamed(name: string): Iterable<Finding> {
  if (!STAGE_NAME.test(name)) {
    yield {
      path: [],
      value: undefined,
      rule: 'must be named with lower-case letters, digits and hyphens, because it is part of the name of the stack',
      fix: 'rename the stage, for example to "dev" or "prod"',
    };
  }
  if (name.length > LONGEST_STAGE_NAME) {
    yield {
      path: [],
      value: name.length,
      rule: `must have a name of at most ${LONGEST_STAGE_NAME} characters, because the name of its stack has at most 128`,
      fix: `use a shorter name, such as "${name.slice(0, 20).replace(/-+$/, '')}"`,
    };
  }
}

function noStages(context: unknown): Problem {
  return {
    path: 'twinlane',
    value: context,
    rule: 'must have a block of settings for each stage',
    fix: 'add "twinlane": { "dev": { ... } } to the context in cdk.json; see docs/settings.md',
  };
}

function noSuchStage(name: unknown, stages: string[]): Problem {
  const meant = nearestWord(name, stages) ?? stages[0];
  return {
    path: 'stage',
    value: name,
    rule: `must be one of the stages in cdk.json (${stages.join(', ')})`,
    fix: `use -c stage=${meant}`,
  };
}
