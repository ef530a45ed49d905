import { ACMClient } from '@aws-sdk/client-acm';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Route53Client } from '@aws-sdk/client-route-53';

/** How long a call may take before it counts as unanswered, in milliseconds. */
interface Patience {
  readonly connect: number;
  readonly request: number;
}

/** These calls answer in well under a second; ten times that is a fault, not a slow day. */
const PATIENCE: Patience = { connect: 5_000, request: 10_000 };

// The SDK's versions of 2027 want Node 22; the lock file holds versions that run on 20, and users need not hear of it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** The clients of the services that are asked. They take credentials and AWS_ENDPOINT_URL from the SDK's own chain. */
export type Aws = ReturnType<typeof connect>;

/** @param region where the deployment is; undefined leaves it to AWS_REGION or the profile */
export function connect(region: string | undefined, patience = PATIENCE) {
  const config = {
    region,
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: patience.connect,
      requestTimeout: patience.request,
      // Without it the SDK only logs a warning, and a hung endpoint hangs the caller.
      throwOnRequestTimeout: true,
    },
  };
  return {
    /** Distributions have certificates of us-east-1, wherever the deployment is. */
    acm: (certificateRegion: string) => new ACMClient({ ...config, region: certificateRegion }),
    apiGateway: new ApiGatewayV2Client(config),
    autoScaling: new ApplicationAutoScalingClient(config),
    cloudFormation: new CloudFormationClient(config),
    dynamoDb: new DynamoDBClient(config),
    lambda: new LambdaClient(config),
    loadBalancing: new ElasticLoadBalancingV2Client(config),
    route53: new Route53Client(config),
  };
}
