import { ResourceNotFoundException as NoCertificate } from '@aws-sdk/client-acm';
import { NotFoundException } from '@aws-sdk/client-apigatewayv2';
import { DashboardNotFoundError } from '@aws-sdk/client-cloudwatch';
import { ResourceNotFoundException as NoTable } from '@aws-sdk/client-dynamodb';
import {
  ListenerNotFoundException,
  LoadBalancerNotFoundException,
  TargetGroupNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ProvisionedConcurrencyConfigNotFoundException,
  ResourceNotFoundException as NoFunction,
} from '@aws-sdk/client-lambda';
import { NoSuchHostedZone } from '@aws-sdk/client-route-53';
import { ResourceNotFoundException as NoSecret } from '@aws-sdk/client-secrets-manager';
import { NotFoundException as NoTopic } from '@aws-sdk/client-sns';
import { QueueDoesNotExist } from '@aws-sdk/client-sqs';
import { WAFNonexistentItemException } from '@aws-sdk/client-wafv2';
import { awsError, deniedError, throwing } from '../aws-checks/aws-errors';
import {
  ALARM_TOPIC,
  type Answers,
  CANARY_SECRET,
  CERTIFICATE,
  PASSING,
  LISTENER,
  LOAD_BALANCER,
  TARGET_GROUP,
  WEB_ACL,
} from './passing-deployment';
import { verified } from './mocked-aws';

const detail = { message: 'not found', $metadata: {} };
const LOAD_BALANCER_IN_WORDS = `the load balancer ${LOAD_BALANCER}`;

/** Each call of `npm run verify`: its IAM action, AWS's answer if the resource does not exist, and the resource in words. */
const CALLS: [command: keyof Answers, action: string, noResource: Partial<Answers>, subject: string][] = [
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
  ['GetRoutes', 'apigateway:GET', throwing('GetRoutes', new NotFoundException(detail)), 'the WebSocket API api1'],
  [
    'GetRouteResponses',
    'apigateway:GET',
    throwing('GetRouteResponses', new NotFoundException(detail)),
    'the WebSocket API api1',
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
  [
    'DescribeAlarms',
    'cloudwatch:DescribeAlarms',
    { DescribeAlarms: () => ({ CompositeAlarms: [], MetricAlarms: [] }) },
    'the alarm lane-http',
  ],
  [
    'GetDashboard',
    'cloudwatch:GetDashboard',
    throwing('GetDashboard', new DashboardNotFoundError(detail)),
    'the dashboard lane-us-east-1',
  ],
  [
    'GetMetricData',
    'cloudwatch:GetMetricData',
    { GetMetricData: () => ({ MetricDataResults: [] }) },
    'the canary canary',
  ],
  [
    'DescribeSecret',
    'secretsmanager:DescribeSecret',
    throwing('DescribeSecret', new NoSecret(detail)),
    `the secret ${CANARY_SECRET}`,
  ],
  [
    'GetTopicAttributes',
    'sns:GetTopicAttributes',
    throwing('GetTopicAttributes', new NoTopic(detail)),
    `the topic ${ALARM_TOPIC}`,
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
    'DescribeRules',
    'elasticloadbalancing:DescribeRules',
    throwing('DescribeRules', new ListenerNotFoundException(detail)),
    `the listener ${LISTENER}`,
  ],
  ['DescribeServices', 'ecs:DescribeServices', { DescribeServices: () => ({ services: [] }) }, 'the service api'],
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
    'GetProvisionedConcurrencyConfig',
    'lambda:GetProvisionedConcurrencyConfig',
    throwing(
      'GetProvisionedConcurrencyConfig',
      new ProvisionedConcurrencyConfigNotFoundException({ ...detail, Type: 'User' }),
    ),
    'the provisioned concurrency of function:connect:live',
  ],
  [
    'GetQueueAttributes',
    'sqs:GetQueueAttributes',
    throwing('GetQueueAttributes', new QueueDoesNotExist(detail)),
    'the queue hints',
  ],
  [
    'ListAliases',
    'lambda:ListAliases',
    throwing('ListAliases', new NoFunction({ ...detail, Type: 'User' })),
    'the function connect',
  ],
  [
    'ListEventSourceMappings',
    'lambda:ListEventSourceMappings',
    throwing('ListEventSourceMappings', new NoFunction({ ...detail, Type: 'User' })),
    'the event source mappings',
  ],
  [
    'ListResourcesForWebACL',
    'wafv2:ListResourcesForWebACL',
    throwing('ListResourcesForWebACL', new WAFNonexistentItemException(detail)),
    `the web ACL ${WEB_ACL}`,
  ],
  [
    'ListResourceRecordSets',
    'route53:ListResourceRecordSets',
    throwing('ListResourceRecordSets', new NoSuchHostedZone(detail)),
    'the hosted zone Z0EXAMPLE',
  ],
];

describe('A check', () => {
  it.each(CALLS)('that uses %s is unknown if %s is denied, and names the permission', async (command, action) => {
    const notPassed = (await verified(throwing(command, deniedError()))).filter(({ result }) => result !== 'passed');

    expect(notPassed).not.toEqual([]);
    for (const { result, found } of notPassed) {
      expect(result).toBe('unknown');
      expect(found).toMatch(`access denied. Fix: allow ${action} on `);
    }
  });

  it.each(CALLS)('that uses %s fails if the resource does not exist, and names it', async (_, __, changed, subject) => {
    const notPassed = (await verified(changed)).filter(({ result }) => result !== 'passed');

    expect(notPassed.map(({ result }) => result)).not.toContain('unknown');
    expect(notPassed.map(({ found }) => found)).toContain(`${subject} does not exist`);
  });

  it.each(CALLS)('that uses %s fails, and does not throw, if the response is empty', async (command) => {
    const notPassed = (await verified({ [command]: () => ({}) })).filter(({ result }) => result !== 'passed');

    expect(new Set(notPassed.map(({ result }) => result))).toEqual(new Set(['failed']));
    expect(notPassed.filter(({ found }) => found.includes('undefined'))).toEqual([]);
  });

  it('uses no other call', () => {
    const reading: keyof Answers = 'DescribeStacks';

    expect([...CALLS.map(([command]) => command), reading].sort()).toEqual(Object.keys(PASSING).sort());
  });
});
