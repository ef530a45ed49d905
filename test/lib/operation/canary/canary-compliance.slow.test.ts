import { RemovalPolicy } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { templateValidator } from '../../../../lib/compliance/template-validator';
import { Canary } from '../../../../lib/operation/canary/canary';
import { validated } from '../../../stack/validated';
import { testStack } from '../../synthesized';
import { lanesWithCanary } from './canary-lanes';

const validator = templateValidator();

const KINDS = [
  ['a scheduled canary', () => Canary.scheduled(), ['SMG4']],
  ['a canary of CloudWatch Synthetics', () => Canary.synthetics(), ['IAM5', 'S1', 'SMG4']],
] as const;

describe.each(KINDS)('%s', (_, canary, expected) => {
  /** @returns the findings in the resources of the canary */
  const findingsOf = (removalPolicy: RemovalPolicy) => {
    const { broken, acknowledged } = validated(
      (app) => lanesWithCanary(testStack(app), canary(), { removalPolicy }),
      validator,
      new AwsSolutionsChecks(),
    );
    const ofCanary = ({ construct = '' }) => construct.includes('/Canary');
    return { broken: broken.filter(ofCanary), acknowledged: acknowledged.filter(ofCanary) };
  };

  test.each([RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, RemovalPolicy.DESTROY])(
    'breaks no rule of CloudFormation and AwsSolutions with the removal policy %s, and has a reason for each that it does not follow',
    (removalPolicy) => {
      const { broken, acknowledged } = findingsOf(removalPolicy);
      expect(broken).toEqual([]);
      const rules = acknowledged.map(({ rule }) => rule.replace(/^AwsSolutions-(\w+).*$/, '$1'));
      expect([...new Set(rules)].sort()).toEqual(expected);
      expect(acknowledged.filter(({ reason }) => !reason)).toEqual([]);
    },
  );
});
