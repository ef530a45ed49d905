import { checked, type Changed } from './fake-outside';
import { lessQuota, NAME_SERVERS, notFound, PLANNED, plannedWith, READY, ZONE } from './ready-account';
import type { PlannedStack } from '../../../tools/preflight/planned-stack';

/** One reason for a deployment to fail: what differs outside or in the stack, and the expected `found`. */
interface Breakage extends Changed {
  readonly planned?: PlannedStack;
  readonly found: string;
}

const answers = (changed: Changed['answers'], found: string): Breakage => ({ answers: changed, found });
const recordOf = (Name: string) => () => ({
  ResourceRecordSets: [{ Name, Type: 'A', AliasTarget: { DNSName: 'old.example.net.' } }],
});
const servedByOthers = (broken: string): Breakage => ({
  nameServers: async (host) => ({
    zone: 'example.com',
    servers: host === broken ? ['ns.other.net'] : NAME_SERVERS,
  }),
  found: `example.com is served by ns.other.net. Fix: delegate the domain to ${NAME_SERVERS.join(', ')}.`,
});

/** For each check, a breakage. */
const BREAKAGES: Readonly<Record<string, Breakage>> = {
  'The credentials are of the account 123456789012': answers(
    { GetCallerIdentity: () => ({ Account: '999999999999' }) },
    'account 999999999999. Fix: use credentials of 123456789012, or change account in the settings.',
  ),
  'The CDK is bootstrapped in us-east-1, version 6 or later': answers(
    { GetParameter: () => ({ Parameter: { Value: '5' } }) },
    'version 5. Fix: run npx cdk bootstrap.',
  ),
  [`CloudFormation can create the stack ${PLANNED.stack}`]: answers(
    { DescribeStacks: () => ({ Stacks: [{ StackStatus: 'ROLLBACK_FAILED' }] }) },
    'ROLLBACK_FAILED. Fix: delete the stack, and what prevents its deletion.',
  ),
  'A failed first deployment can delete every resource: none has deletion protection': {
    planned: plannedWith('Table', { DeletionProtectionEnabled: true }),
    found: 'protected: Table. Fix: set deletionProtection to false until the first deployment has succeeded.',
  },
  'The account has the service-linked role AWSServiceRoleForECS': answers(
    { GetRole: notFound('NoSuchEntityException') },
    'no such role. Fix: run aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com.',
  ),
  'API Gateway has a role to write logs in us-east-1': answers(
    { GetAccount: () => ({}) },
    'no role. Fix: set accountLoggingRole to true in one stage of the account and Region.',
  ),
  [`The hosted zone ${ZONE} is public and contains api.example.com and ws.example.com`]: answers(
    { GetHostedZone: () => ({ ...READY.GetHostedZone(), HostedZone: { Name: 'sub.example.com.' } }) },
    'public, for sub.example.com. Fix: set hostedZone to the public hosted zone of the hosts.',
  ),
  [`DNS uses the name servers of ${ZONE} for api.example.com`]: servedByOthers('api.example.com'),
  [`DNS uses the name servers of ${ZONE} for ws.example.com`]: servedByOthers('ws.example.com'),
  'api.example.com has no records that the stack would have to replace': answers(
    { ListResourceRecordSets: recordOf('api.example.com.') },
    'A old.example.net. Fix: delete these records, or use another host.',
  ),
  'ws.example.com has no records that the stack would have to replace': answers(
    { ListResourceRecordSets: recordOf('ws.example.com.') },
    'A old.example.net. Fix: delete these records, or use another host.',
  ),
  'API Gateway has no custom domain ws.example.com of another stack': answers(
    { GetDomainName: () => ({ DomainName: 'ws.example.com' }) },
    'it exists. Fix: delete this custom domain, or use another host.',
  ),
  'The imported certificate of ws.example.com and api.example.com is issued, and in us-east-1': answers(
    { DescribeCertificate: () => ({ Certificate: { ...READY.DescribeCertificate().Certificate, Status: 'EXPIRED' } }) },
    'EXPIRED, in us-east-1. Fix: set certificate to an issued one of that Region.',
  ),
  'The imported certificate of ws.example.com and api.example.com covers each host': answers(
    { DescribeCertificate: () => ({ Certificate: { Status: 'ISSUED', DomainName: 'api.example.com' } }) },
    'api.example.com. Fix: request a certificate for ws.example.com and api.example.com.',
  ),
  'The account has the Availability Zones us-east-1a, us-east-1b': answers(
    {
      DescribeAvailabilityZones: () => ({
        AvailabilityZones: READY.DescribeAvailabilityZones().AvailabilityZones.map((zone) =>
          zone.ZoneName === 'us-east-1b' ? { ...zone, State: 'unavailable' } : zone,
        ),
      }),
    },
    'not available: us-east-1b. Fix: use Availability Zones of us-east-1a, us-east-1c.',
  ),
  'The quota has room for 2 Elastic IP addresses': answers(
    lessQuota('L-0263D0A3'),
    '3 of 4 in use. Fix: request a quota of 5 (L-0263D0A3).',
  ),
  'The quota has room for a VPC': answers(
    lessQuota('L-F678F1CE'),
    '4 of 4 in use. Fix: request a quota of 5 (L-F678F1CE).',
  ),
  'The quota has room for 5 vCPUs of Fargate': answers(
    lessQuota('L-3032A538'),
    'quota 4. Fix: request a quota of 5 (L-3032A538).',
  ),
  'Lambda can reserve a concurrency of 250, and keep 100 unreserved': answers(
    {
      GetAccountSettings: () => ({ AccountLimit: { ConcurrentExecutions: 400, UnreservedConcurrentExecutions: 349 } }),
    },
    '349 of 400 are unreserved. Fix: request a quota of 401 (L-B99A9384), or reserve less.',
  ),
  'The quota has room for 500 requests a second to API Gateway': answers(
    lessQuota('L-8A5B8E43'),
    'quota 499. Fix: request a quota of 500 (L-8A5B8E43).',
  ),
  'Docker responds, to build one image': {
    docker: async () => 'docker is not installed',
    found: 'docker is not installed. Fix: install and start Docker, or set CDK_DOCKER.',
  },
};

describe('For the checks of npm run preflight,', () => {
  it('an account that is ready passes', async () => {
    expect((await checked()).filter(({ result }) => result !== 'passed')).toEqual([]);
  });

  it('there is one breakage for each', async () => {
    expect(Object.keys(BREAKAGES).sort()).toEqual((await checked()).map(({ expected }) => expected).sort());
  });

  it.each(Object.entries(BREAKAGES))(
    'the breakage for "%s" fails exactly this check, and names the fix',
    async (expected, { planned, found, ...changed }) => {
      const notPassed = (await checked(changed, planned)).filter(({ result }) => result !== 'passed');

      expect(notPassed).toEqual([{ group: expect.any(String), expected, found, result: 'failed' }]);
    },
  );
});
