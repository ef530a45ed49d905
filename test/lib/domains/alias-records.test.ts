import { Template } from 'aws-cdk-lib/assertions';
import { AliasRecords } from '../../../lib/domains/alias-records';
import { exampleDomain, testStack } from '../synthesized';

describe('the records of a host', () => {
  const stack = testStack();
  new AliasRecords(stack, 'Records', {
    domain: exampleDomain(stack, 'api.example.com'),
    target: { bind: () => ({ dnsName: 'target.example.net', hostedZoneId: 'Z2' }) },
  });
  const template = Template.fromStack(stack);

  test.each(['A', 'AAAA'])('are an alias of type %s, in the zone, at the target', (Type) => {
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Type,
      Name: 'api.example.com.',
      HostedZoneId: 'Z1',
      AliasTarget: { DNSName: 'target.example.net', HostedZoneId: 'Z2' },
    });
  });

  test('are no more than these two', () => {
    template.resourceCountIs('AWS::Route53::RecordSet', 2);
  });
});
