import type { PlannedStack } from '../../../../tools/preflight/planned-stack';
import { checked, finding } from '../fake-outside';
import { ACCOUNT, PLANNED_SERVERS } from '../ready-account';

const CERTIFICATE = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/2`;

/** {@link PLANNED_SERVERS} with a certificate for each host. */
const TWO_CERTIFICATES: PlannedStack = {
  ...PLANNED_SERVERS,
  resources: PLANNED_SERVERS.resources.map((one) =>
    one.id === 'ServersListener'
      ? { ...one, properties: { ...one.properties, Certificates: [{ CertificateArn: CERTIFICATE }] } }
      : one,
  ),
};

/** {@link PLANNED_SERVERS} behind the load balancer of the HTTP lane, whose listener has a second certificate. */
const SHARED: PlannedStack = {
  ...PLANNED_SERVERS,
  resources: [
    ...PLANNED_SERVERS.resources
      .filter(({ id }) => !['ServersLoadBalancer', 'ServersListener'].includes(id))
      .map((one) =>
        one.id === 'ServersRecord'
          ? { ...one, properties: { ...one.properties, AliasTarget: { DNSName: { Ref: 'LoadBalancer' } } } }
          : one,
      ),
    {
      id: 'SecondCertificate',
      type: 'AWS::ElasticLoadBalancingV2::ListenerCertificate',
      properties: { ListenerArn: { Ref: 'Listener' }, Certificates: [{ CertificateArn: CERTIFICATE }] },
    },
  ],
  outputs: { ...PLANNED_SERVERS.outputs, WebSocketLoadBalancerArn: { Ref: 'LoadBalancer' } },
};

/** The certificates of {@link TWO_CERTIFICATES} and {@link SHARED}, each for one host. */
const EACH_FOR_ITS_HOST = {
  DescribeCertificate: ({ CertificateArn }: Readonly<Record<string, unknown>>) => ({
    Certificate: {
      Status: 'ISSUED',
      SubjectAlternativeNames: [CertificateArn === CERTIFICATE ? 'ws.example.com' : 'api.example.com'],
    },
  }),
};

const withoutRecords = (planned: PlannedStack): PlannedStack => ({
  ...planned,
  resources: planned.resources.filter(({ type }) => type !== 'AWS::Route53::RecordSet'),
});

describe('The checks of a stack with servers', () => {
  it('all pass in an account that is ready, except for the vCPUs that the servers need, too', async () => {
    expect((await checked({}, PLANNED_SERVERS)).filter(({ result }) => result !== 'passed')).toEqual([
      {
        group: 'Quotas',
        expected: 'The quota has room for 11 vCPUs of Fargate',
        found: 'quota 5. Fix: request a quota of 11 (L-3032A538).',
        result: 'failed',
      },
    ]);
  });

  it('need the role of ECS, and nothing of API Gateway', async () => {
    const expectations = (await checked({}, PLANNED_SERVERS)).map(({ expected }) => expected);

    expect(expectations).toContain('The account has the service-linked role AWSServiceRoleForECS');
    expect(expectations).toContain('ws.example.com has no records that the stack would have to replace');
    expect(expectations.filter((expected) => expected.includes('API Gateway'))).toEqual([]);
  });

  it.each([
    ['servers with a load balancer of their own', TWO_CERTIFICATES],
    ['such servers, with the records elsewhere', withoutRecords(TWO_CERTIFICATES)],
    ['servers behind the load balancer of the HTTP lane', SHARED],
    ['such servers, with the records elsewhere', withoutRecords(SHARED)],
  ])('compare the certificate of each host with that host, for %s', async (_, planned) => {
    const found = (await checked({ answers: EACH_FOR_ITS_HOST }, planned)).filter(
      ({ group }) => group === 'Certificates',
    );

    expect(found.map(({ expected, result }) => [expected, result])).toEqual(
      ['api', 'ws'].flatMap((name) => [
        [`The imported certificate of ${name}.example.com is issued, and in us-east-1`, 'passed'],
        [`The imported certificate of ${name}.example.com covers each host`, 'passed'],
      ]),
    );
  });

  it('fail for a certificate of both hosts that does not cover the host of the servers', async () => {
    const expected = 'The imported certificate of api.example.com and ws.example.com covers each host';
    const answers = {
      DescribeCertificate: () => ({ Certificate: { Status: 'ISSUED', DomainName: 'api.example.com' } }),
    };

    for (const planned of [PLANNED_SERVERS, withoutRecords(PLANNED_SERVERS)]) {
      expect(await finding(expected, { answers }, planned)).toMatchObject({ result: 'failed' });
    }
  });
});
