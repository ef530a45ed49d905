import { checked, finding } from '../fake-outside';
import type { PlannedStack } from '../../../../tools/preflight/planned-stack';
import { plannedAlso, PLANNED, plannedWith, READY, ZONE } from '../ready-account';

const ZONE_CHECK = `The hosted zone ${ZONE} is public and contains api.example.com and ws.example.com`;
const DNS_CHECK = `DNS uses the name servers of ${ZONE} for api.example.com`;
const RECORDS = 'api.example.com has no records that the stack would have to replace';

const withoutRecords = (planned: PlannedStack): PlannedStack => ({
  ...planned,
  resources: planned.resources.filter(({ type }) => type !== 'AWS::Route53::RecordSet'),
});

describe('The checks of names', () => {
  it('fail for a private hosted zone', async () => {
    const answers = {
      GetHostedZone: () => ({ HostedZone: { Name: 'example.com.', Config: { PrivateZone: true } } }),
    };

    expect(await finding(ZONE_CHECK, { answers })).toMatchObject({
      result: 'failed',
      found: 'private, for example.com. Fix: set hostedZone to the public hosted zone of the hosts.',
    });
  });

  it('fail for a hosted zone whose name is only the end of a label', async () => {
    const answers = { GetHostedZone: () => ({ HostedZone: { Name: 'ample.com.' } }) };

    expect(await finding(ZONE_CHECK, { answers })).toMatchObject({
      result: 'failed',
      found: expect.stringMatching(/^public, for ample\.com\. Fix: /),
    });
  });

  it('fail for a hosted zone that does not exist, without other errors', async () => {
    const missing = () => {
      throw Object.assign(new Error('none'), { name: 'NoSuchHostedZone', $metadata: {} });
    };
    const answers = { GetHostedZone: missing, ListResourceRecordSets: missing };

    expect(await finding(ZONE_CHECK, { answers })).toMatchObject({
      result: 'failed',
      found: 'no such hosted zone in the account. Fix: set hostedZone to the public hosted zone of the hosts.',
    });
    expect(await finding(DNS_CHECK, { answers })).toMatchObject({
      result: 'failed',
      found: expect.stringContaining('Fix: delegate the domain to the name servers of the hosted zone.'),
    });
    expect(await finding(RECORDS, { answers })).toMatchObject({ result: 'passed' });
  });

  it('fail for a domain without name servers', async () => {
    expect(await finding(DNS_CHECK, { nameServers: async () => undefined })).toMatchObject({
      result: 'failed',
      found: expect.stringMatching(/^no name servers\. Fix: /),
    });
  });

  it.each([
    ['failed', 'CNAME', 'CNAME old.example.net. Fix: delete these records, or use another host.'],
    ['passed', 'AAAA', 'none'],
    ['passed', 'TXT', 'none'],
  ])('are %s for a record of the type %s beside a new A record', async (result, Type, found) => {
    const record = { Name: 'api.example.com.', Type, ResourceRecords: [{ Value: 'old.example.net' }] };
    const answers = { ListResourceRecordSets: () => ({ ResourceRecordSets: [record] }) };

    expect(await finding(RECORDS, { answers })).toMatchObject({ result, found });
  });
});

describe('The checks of certificates', () => {
  it('fail for a certificate that the account does not have', async () => {
    const DescribeCertificate = () => {
      throw Object.assign(new Error('none'), { name: 'ResourceNotFoundException', $metadata: {} });
    };

    expect(
      await finding('The imported certificate of ws.example.com and api.example.com is issued, and in us-east-1', {
        answers: { DescribeCertificate },
      }),
    ).toMatchObject({
      result: 'failed',
      found: 'no such certificate in us-east-1. Fix: set certificate to an issued one of that Region.',
    });
  });

  it('compare the certificate with the output HttpUrl if the records are elsewhere', async () => {
    const planned = {
      ...withoutRecords(PLANNED),
      outputs: { HttpUrl: 'https://api.example.org', WebSocketUrl: 'wss://ws.example.com' },
    };

    expect(
      await finding('The imported certificate of ws.example.com and api.example.org covers each host', {}, planned),
    ).toMatchObject({
      result: 'failed',
      found: '*.example.com. Fix: request a certificate for ws.example.com and api.example.org.',
    });
  });

  it('include the certificate of a listener whose host the template does not contain', async () => {
    const planned = withoutRecords(PLANNED);
    const listenerOnly = { ...planned, resources: planned.resources.filter(({ id }) => id !== 'Domain') };

    const found = (await checked({}, listenerOnly)).filter(({ group }) => group === 'Certificates');

    expect(found.map(({ expected, result }) => [expected, result])).toEqual([
      [expect.stringMatching(/^The imported certificate arn:\S+ is issued, and in us-east-1$/), 'passed'],
    ]);
  });

  it('fail for a distribution whose certificate is in another Region than us-east-1', async () => {
    const planned = plannedAlso('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Aliases: ['cdn.example.com'],
        ViewerCertificate: { AcmCertificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/2' },
      },
    });

    expect(
      await finding('The imported certificate of cdn.example.com is issued, and in us-east-1', {}, planned),
    ).toMatchObject({
      result: 'failed',
      found: 'ISSUED, in eu-west-1. Fix: set certificateArn of the gateway to an issued one of that Region.',
    });
  });
});

describe('The checks of the account', () => {
  it('accept any account if the settings name none', async () => {
    expect(
      await finding(
        'The credentials are of an account',
        { answers: { GetCallerIdentity: () => ({ Account: '999999999999' }) } },
        { ...PLANNED, account: undefined },
      ),
    ).toMatchObject({ result: 'passed', found: 'account 999999999999' });
  });

  it('fail if the CDK was never bootstrapped', async () => {
    const GetParameter = () => {
      throw Object.assign(new Error('none'), { name: 'ParameterNotFound', $metadata: {} });
    };

    expect(
      await finding('The CDK is bootstrapped in us-east-1, version 6 or later', { answers: { GetParameter } }),
    ).toMatchObject({
      result: 'failed',
      found: 'no parameter /cdk-bootstrap/hnb659fds/version. Fix: run npx cdk bootstrap.',
    });
  });

  it('count the tasks that a deployment starts, and use DesiredCount for a service that is not scaled', async () => {
    const planned = {
      ...plannedWith('Service', { DesiredCount: 4, DeploymentConfiguration: { MaximumPercent: 150 } }),
    };
    const unscaled = { ...planned, resources: planned.resources.filter(({ id }) => id !== 'Scaling') };

    expect(await finding('The quota has room for 1.5 vCPUs of Fargate', { answers: READY }, unscaled)).toMatchObject({
      result: 'passed',
    });
  });
});
