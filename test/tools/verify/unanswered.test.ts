import { ResourceNotFoundException as NoCertificate } from '@aws-sdk/client-acm';
import { NotFoundException } from '@aws-sdk/client-apigatewayv2';
import { ResourceNotFoundException as NoTable } from '@aws-sdk/client-dynamodb';
import {
  ListenerNotFoundException,
  LoadBalancerNotFoundException,
  TargetGroupNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ResourceNotFoundException as NoFunction } from '@aws-sdk/client-lambda';
import { NoSuchHostedZone } from '@aws-sdk/client-route-53';
import { awsError, deniedError, throwing } from './aws-errors';
import { type Answers, CERTIFICATE, KEPT, LISTENER, LOAD_BALANCER, TARGET_GROUP } from './kept-promises';
import { verified } from './mocked-aws';

const detail = { message: 'not found', $metadata: {} };
const LOAD_BALANCER_IN_WORDS = `the load balancer ${LOAD_BALANCER}`;

/** Each call that a verification makes: the IAM action it needs, what AWS answers if nothing is there, and its subject. */
const CALLS: [command: keyof Answers, action: string, nothingThere: Partial<Answers>, subject: string][] = [
  [
    'DescribeCertificate',
    'acm:DescribeCertificate',
    throwing('DescribeCertificate', new NoCertificate(detail)),
    `the certificate ${CERTIFICATE}`,
  ],
  ['GetApi', 'apigateway:GET', throwing('GetApi', new NotFoundException(detail)), 'the WebSocket API api1'],
  [
    'GetApiMappings',
    'apigateway:GET',
    throwing('GetApiMappings', new NotFoundException(detail)),
    'the custom domain ws.example.com',
  ],
  [
    'GetDomainName',
    'apigateway:GET',
    throwing('GetDomainName', new NotFoundException(detail)),
    'the custom domain ws.example.com',
  ],
  [
    'GetStage',
    'apigateway:GET',
    throwing('GetStage', new NotFoundException(detail)),
    'the stage live of the WebSocket API api1',
  ],
  [
    'DescribeScalableTargets',
    'application-autoscaling:DescribeScalableTargets',
    { DescribeScalableTargets: () => ({ ScalableTargets: [] }) },
    'the scalable target service/lane/api',
  ],
  [
    'DescribeContinuousBackups',
    'dynamodb:DescribeContinuousBackups',
    throwing('DescribeContinuousBackups', awsError('TableNotFoundException')),
    'the table log',
  ],
  ['DescribeTable', 'dynamodb:DescribeTable', throwing('DescribeTable', new NoTable(detail)), 'the table log'],
  [
    'DescribeTimeToLive',
    'dynamodb:DescribeTimeToLive',
    throwing('DescribeTimeToLive', new NoTable(detail)),
    'the table log',
  ],
  [
    'DescribeListenerAttributes',
    'elasticloadbalancing:DescribeListenerAttributes',
    throwing('DescribeListenerAttributes', new ListenerNotFoundException(detail)),
    `the listener ${LISTENER}`,
  ],
  [
    'DescribeListeners',
    'elasticloadbalancing:DescribeListeners',
    throwing('DescribeListeners', new LoadBalancerNotFoundException(detail)),
    LOAD_BALANCER_IN_WORDS,
  ],
  [
    'DescribeLoadBalancerAttributes',
    'elasticloadbalancing:DescribeLoadBalancerAttributes',
    throwing('DescribeLoadBalancerAttributes', new LoadBalancerNotFoundException(detail)),
    LOAD_BALANCER_IN_WORDS,
  ],
  [
    'DescribeLoadBalancers',
    'elasticloadbalancing:DescribeLoadBalancers',
    throwing('DescribeLoadBalancers', new LoadBalancerNotFoundException(detail)),
    LOAD_BALANCER_IN_WORDS,
  ],
  [
    'DescribeTargetGroupAttributes',
    'elasticloadbalancing:DescribeTargetGroupAttributes',
    throwing('DescribeTargetGroupAttributes', new TargetGroupNotFoundException(detail)),
    `the target group ${TARGET_GROUP}`,
  ],
  [
    'DescribeTargetHealth',
    'elasticloadbalancing:DescribeTargetHealth',
    throwing('DescribeTargetHealth', new TargetGroupNotFoundException(detail)),
    `the target group ${TARGET_GROUP}`,
  ],
  [
    'GetFunctionConcurrency',
    'lambda:GetFunctionConcurrency',
    throwing('GetFunctionConcurrency', new NoFunction({ ...detail, Type: 'User' })),
    'the function connect',
  ],
  [
    'GetFunctionConfiguration',
    'lambda:GetFunctionConfiguration',
    throwing('GetFunctionConfiguration', new NoFunction({ ...detail, Type: 'User' })),
    'the function connect',
  ],
  [
    'ListResourceRecordSets',
    'route53:ListResourceRecordSets',
    throwing('ListResourceRecordSets', new NoSuchHostedZone(detail)),
    'the hosted zone Z0EXAMPLE',
  ],
];

describe('A promise', () => {
  it.each(CALLS)('that rests on %s is unknown where %s is denied, and says so', async (command, action) => {
    const notKept = (await verified(throwing(command, deniedError()))).filter(({ verdict }) => verdict !== 'kept');

    expect(notKept).not.toEqual([]);
    for (const { verdict, found } of notKept) {
      expect(verdict).toBe('unknown');
      expect(found).toMatch(`not permitted: allow ${action} on `);
    }
  });

  it.each(CALLS)(
    'that rests on %s is broken where its resource is gone, and names it',
    async (_, __, changed, subject) => {
      const notKept = (await verified(changed)).filter(({ verdict }) => verdict !== 'kept');

      expect(notKept.map(({ verdict }) => verdict)).not.toContain('unknown');
      expect(notKept.map(({ found }) => found)).toContain(`${subject} does not exist`);
    },
  );

  it.each(CALLS)(
    'that rests on %s is broken, and no fault of this program, where it answers nothing',
    async (command) => {
      const notKept = (await verified({ [command]: () => ({}) })).filter(({ verdict }) => verdict !== 'kept');

      expect(new Set(notKept.map(({ verdict }) => verdict))).toEqual(new Set(['broken']));
      expect(notKept.filter(({ found }) => found.includes('undefined'))).toEqual([]);
    },
  );

  it('rests on no other call', () => {
    const reading: keyof Answers = 'DescribeStacks';

    expect([...CALLS.map(([command]) => command), reading].sort()).toEqual(Object.keys(KEPT).sort());
  });
});
