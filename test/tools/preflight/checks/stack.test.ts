import { checked, finding } from '../fake-outside';
import { deployed, noStack, plannedAlso, plannedWith, READY, STACK } from '../ready-account';

const CAN_CREATE = `CloudFormation can create the stack ${STACK}`;
const CAN_ROLL_BACK = 'A failed first deployment can delete every resource: none has deletion protection';

describe(`The check "${CAN_CREATE}"`, () => {
  it.each([
    ['passed', 'REVIEW_IN_PROGRESS'],
    ['passed', 'ROLLBACK_COMPLETE'],
    ['passed', 'CREATE_COMPLETE'],
    ['passed', 'UPDATE_ROLLBACK_COMPLETE'],
    ['pending', 'CREATE_IN_PROGRESS'],
    ['pending', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'],
    ['failed', 'CREATE_FAILED'],
    ['failed', 'ROLLBACK_FAILED'],
    ['failed', 'DELETE_FAILED'],
    ['failed', 'UPDATE_ROLLBACK_FAILED'],
  ])('is %s for a stack with the status %s', async (result, StackStatus) => {
    const answers = { DescribeStacks: () => ({ Stacks: [{ StackStatus }] }) };

    expect(await finding(CAN_CREATE, { answers })).toMatchObject({
      result,
      found: expect.stringMatching(`^${StackStatus}\\b`),
    });
  });

  it('says of a deployed stack that the checks are for a first deployment', async () => {
    const found = await finding(CAN_CREATE, { answers: deployed([]) });

    expect(found?.found).toContain('These checks are for a first deployment.');
  });
});

describe(`The check "${CAN_ROLL_BACK}"`, () => {
  it.each([
    [
      'a load balancer',
      plannedWith('LoadBalancer', { LoadBalancerAttributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }] }),
    ],
    ['a user pool', plannedAlso('AWS::Cognito::UserPool', { DeletionProtection: 'ACTIVE' })],
    ['a global table', plannedAlso('AWS::DynamoDB::GlobalTable', { Replicas: [{ DeletionProtectionEnabled: true }] })],
  ])('fails for %s with deletion protection', async (_, planned) => {
    expect(await finding(CAN_ROLL_BACK, {}, planned)).toMatchObject({ result: 'failed' });
  });

  it('passes for a protected table that is deployed already', async () => {
    const answers = deployed([['Table', 'AWS::DynamoDB::Table', 'table']]);

    expect(
      await finding(CAN_ROLL_BACK, { answers }, plannedWith('Table', { DeletionProtectionEnabled: true })),
    ).toMatchObject({ result: 'passed' });
  });
});

describe('A resource of the deployed stack', () => {
  const OWN = deployed([
    ['Domain', 'AWS::ApiGatewayV2::DomainName'],
    ['HttpRecord', 'AWS::Route53::RecordSet'],
    ['WebSocketRecord', 'AWS::Route53::RecordSet'],
    ['AddressA', 'AWS::EC2::EIP'],
    ['AddressB', 'AWS::EC2::EIP'],
    ['Vpc', 'AWS::EC2::VPC'],
    ['Connect', 'AWS::Lambda::Function'],
    ['Deliver', 'AWS::Lambda::Function'],
  ]);
  const IN_USE = {
    GetDomainName: () => ({ DomainName: 'ws.example.com' }),
    ListResourceRecordSets: () => ({
      ResourceRecordSets: ['api', 'ws'].map((host) => ({ Name: `${host}.example.com.`, Type: 'A' })),
    }),
    DescribeAddresses: () => ({ Addresses: Array.from({ length: 5 }, () => ({})) }),
    DescribeVpcs: () => ({ Vpcs: Array.from({ length: 5 }, () => ({})) }),
    GetAccountSettings: () => ({ AccountLimit: { ConcurrentExecutions: 350, UnreservedConcurrentExecutions: 100 } }),
  };
  const notPassed = async (answers: Parameters<typeof finding>[1]) =>
    (await checked(answers)).filter(({ result }) => result !== 'passed').length;

  it('is not a conflict, and needs no room in a quota', async () => {
    expect(await notPassed({ answers: { ...OWN, ...IN_USE } })).toBe(0);
    expect(await notPassed({ answers: IN_USE })).toBe(6);
  });

  it('is one again when the stack has lost it', async () => {
    const summaries = (ResourceStatus: string) => ({
      ...IN_USE,
      ...OWN,
      ListStackResources: () => ({
        StackResourceSummaries: [
          { LogicalResourceId: 'Domain', ResourceType: 'AWS::ApiGatewayV2::DomainName', ResourceStatus },
        ],
      }),
    });
    const expected = 'API Gateway has no custom domain ws.example.com of another stack';

    expect(await finding(expected, { answers: summaries('UPDATE_COMPLETE') })).toMatchObject({ result: 'passed' });
    expect(await finding(expected, { answers: summaries('DELETE_COMPLETE') })).toMatchObject({ result: 'failed' });
    expect(await finding(expected, { answers: summaries('DELETE_SKIPPED') })).toMatchObject({ result: 'failed' });
  });

  it('is found on every page of the list', async () => {
    const page = ({ NextToken }: { NextToken?: unknown }) =>
      NextToken
        ? { StackResourceSummaries: [{ LogicalResourceId: 'Domain', ResourceType: 'x' }] }
        : { StackResourceSummaries: [], NextToken: 'second' };
    const answers = { ...IN_USE, ListStackResources: page };

    expect(
      await finding('API Gateway has no custom domain ws.example.com of another stack', { answers }),
    ).toMatchObject({ result: 'passed' });
  });

  it('is unknown if CloudFormation refuses the call for another reason than a missing stack', async () => {
    const invalid = () => {
      throw Object.assign(new Error('1 validation error detected'), { name: 'ValidationError', $metadata: {} });
    };

    expect(await finding(CAN_CREATE, { answers: { ...READY, DescribeStacks: invalid } })).toMatchObject({
      result: 'unknown',
    });
    expect(await finding(CAN_CREATE, { answers: { DescribeStacks: noStack } })).toMatchObject({ result: 'passed' });
  });
});
