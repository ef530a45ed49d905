import { ACMClient } from '@aws-sdk/client-acm';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Route53Client } from '@aws-sdk/client-route-53';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { WAFV2Client } from '@aws-sdk/client-wafv2';
import { clientConfig } from '../aws-checks/client-config';

/** SDK clients of the services that are queried. */
export type Aws = ReturnType<typeof connect>;

/** @param region Region of the stack */
export function connect(region: string) {
  const config = clientConfig(region);
  return {
    /** A distribution's certificate is in us-east-1, in whichever Region the stack is. */
    acm: (certificateRegion: string) => new ACMClient({ ...config, region: certificateRegion }),
    /** For the account's settings, which only the first version of the API has. */
    apiGateway: new APIGatewayClient(config),
    apiGatewayV2: new ApiGatewayV2Client(config),
    cloudFormation: new CloudFormationClient(config),
    ec2: new EC2Client(config),
    iam: new IAMClient(config),
    lambda: new LambdaClient(config),
    quotas: new ServiceQuotasClient(config),
    route53: new Route53Client(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
    /** Web ACLs of distributions are in us-east-1, in whichever Region the stack is. */
    webAcls: new WAFV2Client({ ...config, region: 'us-east-1' }),
  };
}
