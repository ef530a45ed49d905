import { Template } from 'aws-cdk-lib/assertions';
import { AliasRecords } from '../../../lib/domains/alias-records';
import { exampleDomain, templateOf, testStack } from '../synthesized';

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

test('a host outside the zone does not get the name of the zone appended', () => {
  const template = templateOf((stack) => {
    new AliasRecords(stack, 'Records', {
      domain: exampleDomain(stack, 'api.example.org'),
      target: { bind: () => ({ dnsName: 'target.example.net', hostedZoneId: 'Z2' }) },
    });
  });
  template.allResourcesProperties('AWS::Route53::RecordSet', { Name: 'api.example.org.' });
});
