import { CfnResource, Fn } from 'aws-cdk-lib';
import { acknowledgeWildcard } from '../../../lib/compliance/wildcard';
import { testStack } from '../synthesized';

function resource(): CfnResource {
  return new CfnResource(testStack(), 'Table', { type: 'Example::Table' });
}

test.each([
  ['a plain text', () => '*', '*'],
  ['references and attributes', (r: CfnResource) => `${r.ref}/${r.getAtt('Arn')}/*`, '<Table>/<Table.Arn>/*'],
  ['a substitution', () => Fn.sub('bucket-${AWS::AccountId}/*'), 'bucket-<AWS::AccountId>/*'],
  ['another function', () => Fn.importValue('Name'), '{"Fn::ImportValue":"Name"}'],
])('a wildcard is acknowledged under the name that cdk-nag gives it: %s', (_case, wildcardOf, name) => {
  const table = resource();
  acknowledgeWildcard(table, wildcardOf(table), 'There is no narrower one.');
  expect(table.node.metadata).toContainEqual(
    expect.objectContaining({
      type: 'aws:cdk:acknowledged-rules',
      data: { [`AwsSolutions::AwsSolutions-IAM5[Resource::${name}]`]: 'There is no narrower one.' },
    }),
  );
});
