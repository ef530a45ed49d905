import { ACMClient } from '@aws-sdk/client-acm';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { clientConfig, type Timeouts } from '../aws-checks/client-config';

/** SDK clients of the services that are queried. Credentials and AWS_ENDPOINT_URL come from the SDK's default chain. */
export type Aws = ReturnType<typeof connect>;

/** @param region Region of the deployment; undefined for the one of AWS_REGION or the profile */
export function connect(region: string | undefined, timeouts?: Timeouts) {
  const config = clientConfig(region, timeouts);
  return {
    /** A distribution's certificate is in us-east-1, in whichever Region the deployment is. */
    acm: (certificateRegion: string) => new ACMClient({ ...config, region: certificateRegion }),
    apiGateway: new ApiGatewayV2Client(config),
    autoScaling: new ApplicationAutoScalingClient(config),
    cloudFormation: new CloudFormationClient(config),
    cloudWatch: new CloudWatchClient(config),
    dynamoDb: new DynamoDBClient(config),
    ec2: new EC2Client(config),
    ecs: new ECSClient(config),
    kms: new KMSClient(config),
    lambda: new LambdaClient(config),
    loadBalancing: new ElasticLoadBalancingV2Client(config),
    route53: new Route53Client(config),
    secretsManager: new SecretsManagerClient(config),
    sns: new SNSClient(config),
    // By default, the client calls the host of each queue's URL, and ignores AWS_ENDPOINT_URL.
    sqs: new SQSClient({ ...config, useQueueUrlAsEndpoint: false }),
    waf: new WAFV2Client(config),
  };
}
