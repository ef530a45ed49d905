import type { Rows } from '../support/generated-table';
import { STAGES } from './stages';
import type { Finding } from './validated';

/** Rules that each stage breaks or acknowledges. */
export type FindingsByStage = readonly (readonly [stage: string, findings: readonly Finding[]])[];

/**
 * The rows of a table of docs/compliance.md: rule, constructs, reason. A construct that only some stages have is followed
 * by their names.
 */
export function complianceRows(byStage: FindingsByStage, reasonOf: (rule: string) => string): Rows {
  const rules = new Map<string, Map<string, Set<string>>>();
  for (const [stage, findings] of byStage) {
    for (const { rule, construct } of findings) {
      const constructs = rules.get(rule) ?? new Map<string, Set<string>>();
      const stages = constructs.get(legible(construct)) ?? new Set();
      rules.set(rule, constructs.set(legible(construct), stages.add(stage)));
    }
  }
  return [...rules].sort(byName).map(([rule, constructs]) => [
    `\`${rule}\``,
    [...constructs]
      .sort(byName)
      .map(([construct, stages]) => `\`${construct}\`${stages.size < STAGES.length ? ` (${[...stages]})` : ''}`)
      .join(', '),
    reasonOf(rule),
  ]);
}

/**
 * @returns a construct's path without the stack name and the suffix of the CDK. The path is the same for every zone, and for every alarm
 *   of a lane: docs/alarms.md lists the alarms
 */
function legible(path: string): string {
  return path
    .split('/')
    .slice(1)
    .filter((id) => id !== 'TwinLane' && id !== 'Resource')
    .join('/')
    .replace(/Subnet\d/, 'Subnet')
    .replace(/^(Operation(?:\/\w+)?)\/[a-z][\w-]*$/, '$1/*');
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}
