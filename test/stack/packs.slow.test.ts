import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import type { IPolicyValidationPlugin } from 'aws-cdk-lib';
import { NIST80053R5Checks } from 'cdk-nag';
import { expectTable, tableUnder } from '../support/generated-table';
import { complianceRows } from './compliance-table';
import { STAGES, stageStack } from './stages';
import { validated } from './validated';

const DOCUMENT = 'docs/compliance.md';

/** Packs with rules that do not all apply to this app. Exceptions are in the document, not in the constructs. */
const PACKS: [string, () => IPolicyValidationPlugin][] = [
  ['NIST 800-53 revision 5', () => new NIST80053R5Checks()],
  ['AWS Control Tower', () => new CfnGuardValidator()],
];

describe.each(PACKS)('docs/compliance.md, under %s,', (heading, pack) => {
  const byStage = STAGES.map(
    (stage) => [stage, validated((app) => stageStack(stage, {}, app), pack()).broken] as const,
  );

  test('lists exactly the rules that are not followed and the constructs that do not follow them', () => {
    const reasons = new Map(tableUnder(DOCUMENT, heading).map(([rule, , reason = '']) => [rule, reason]));
    expectTable(
      DOCUMENT,
      heading,
      complianceRows(byStage, (rule) => reasons.get(`\`${rule}\``) ?? ''),
    );
  });

  test('gives a reason for each rule', () => {
    const rows = tableUnder(DOCUMENT, heading);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(([, , reason = '']) => reason.length < 30)).toEqual([]);
  });
});
