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

  test.each(['A', 'AAAA'])('include an alias record of type %s in the hosted zone for the target', (Type) => {
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Type,
      Name: 'api.example.com.',
      HostedZoneId: 'Z1',
      AliasTarget: { DNSName: 'target.example.net', HostedZoneId: 'Z2' },
    });
  });

  test('are only an A record and an AAAA record', () => {
    template.resourceCountIs('AWS::Route53::RecordSet', 2);
  });
});

test('a host without IPv6 has an A record only', () => {
  const template = templateOf((stack) => {
    new AliasRecords(stack, 'Records', {
      domain: exampleDomain(stack, 'api.example.com'),
      target: { bind: () => ({ dnsName: 'target.example.net', hostedZoneId: 'Z2' }) },
      ipv6: false,
    });
  });
  template.resourceCountIs('AWS::Route53::RecordSet', 1);
  template.hasResourceProperties('AWS::Route53::RecordSet', { Type: 'A' });
});

test('a host without a hosted zone has no records', () => {
  const template = templateOf((stack) => {
    const { hostedZone: _, ...domain } = exampleDomain(stack, 'api.example.com');
    new AliasRecords(stack, 'Records', {
      domain,
      target: { bind: () => ({ dnsName: 'target.example.net', hostedZoneId: 'Z2' }) },
    });
  });
  template.resourceCountIs('AWS::Route53::RecordSet', 0);
});

test('the record of a host outside the hosted zone does not end with the name of the zone', () => {
  const template = templateOf((stack) => {
    new AliasRecords(stack, 'Records', {
      domain: exampleDomain(stack, 'api.example.org'),
      target: { bind: () => ({ dnsName: 'target.example.net', hostedZoneId: 'Z2' }) },
    });
  });
  template.allResourcesProperties('AWS::Route53::RecordSet', { Name: 'api.example.org.' });
});
