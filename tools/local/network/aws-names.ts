/** Domains below which only services of AWS and the resources of accounts have names: the endpoints of each partition, and user pools. */
export const AWS_DOMAINS: readonly string[] = [
  ...['amazonaws.com', 'api.aws', 'on.aws', 'amazoncognito.com'],
  ...['amazonaws.com.cn', 'api.amazonwebservices.com.cn', 'on.amazonwebservices.com.cn'],
  ...['amazonaws.eu', 'api.amazonwebservices.eu', 'on.amazonwebservices.eu'],
  ...['c2s.ic.gov', 'api.aws.ic.gov', 'sc2s.sgov.gov', 'api.aws.scloud'],
  ...['csp.hci.ic.gov', 'api.aws.hci.ic.gov', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
];

/** Addresses of instance and task metadata, which answer only on AWS: of EC2, ECS and EKS, over IPv4 and IPv6. */
export const METADATA_ADDRESSES: readonly string[] = [
  ...['169.254.169.254', '169.254.170.2', '169.254.170.23'],
  ...['fd00:ec2::254', 'fd00:ec2::23'],
];

/** A name below {@link AWS_DOMAINS}. */
export interface AwsName {
  /** The label of the service: `dynamodb`, `execute-api`. @default - no label is known */
  readonly service?: string;
}

/** Labels of services and their names. Several labels can belong to one service. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['access-analyzer', 'IAM Access Analyzer'],
  ['acm', 'AWS Certificate Manager'],
  ['amazoncognito', 'the hosted UI of Amazon Cognito'],
  ['aoss', 'Amazon OpenSearch Serverless'],
  ['api.pricing', 'AWS Price List'],
  ['apigateway', 'the API for managing Amazon API Gateway'],
  ['appconfig', 'AWS AppConfig'],
  ['appconfigdata', 'AWS AppConfig'],
  ['appsync-api', 'AWS AppSync'],
  ['appsync-realtime-api', 'AWS AppSync'],
  ['athena', 'Amazon Athena'],
  ['autoscaling', 'Amazon EC2 Auto Scaling'],
  ['bedrock', 'Amazon Bedrock'],
  ['bedrock-agent', 'Amazon Bedrock'],
  ['bedrock-agent-runtime', 'Amazon Bedrock'],
  ['bedrock-runtime', 'Amazon Bedrock'],
  ['cache', 'Amazon ElastiCache'],
  ['cloudformation', 'AWS CloudFormation'],
  ['cloudfront', 'the API for managing Amazon CloudFront'],
  ['cognito-identity', 'the identity pools of Amazon Cognito'],
  ['cognito-idp', 'Amazon Cognito'],
  ['comprehend', 'Amazon Comprehend'],
  ['compute', 'Amazon EC2'],
  ['dax', 'Amazon DynamoDB Accelerator'],
  ['ddb', 'Amazon DynamoDB'],
  ['docdb', 'Amazon DocumentDB'],
  ['dynamodb', 'Amazon DynamoDB'],
  ['ec2', 'Amazon EC2'],
  ['ecr', 'Amazon ECR'],
  ['ecs', 'Amazon ECS'],
  ['eks', 'Amazon EKS'],
  ['elasticache', 'Amazon ElastiCache'],
  ['elasticfilesystem', 'Amazon EFS'],
  ['elasticloadbalancing', 'the API for managing Elastic Load Balancing'],
  ['elb', 'Elastic Load Balancing'],
  ['email', 'Amazon SES'],
  ['email-smtp', 'Amazon SES'],
  ['es', 'Amazon OpenSearch Service'],
  ['events', 'Amazon EventBridge'],
  ['execute-api', 'Amazon API Gateway'],
  ['firehose', 'Amazon Data Firehose'],
  ['geo', 'Amazon Location Service'],
  ['glue', 'AWS Glue'],
  ['iam', 'AWS IAM'],
  ['iot', 'AWS IoT'],
  ['kafka', 'Amazon MSK'],
  ['kinesis', 'Amazon Kinesis Data Streams'],
  ['kms', 'AWS KMS'],
  ['lambda', 'the API of AWS Lambda'],
  ['lambda-url', 'a Lambda function URL'],
  ['logs', 'Amazon CloudWatch Logs'],
  ['mobiletargeting', 'Amazon Pinpoint'],
  ['monitoring', 'Amazon CloudWatch'],
  ['oidc', 'AWS IAM Identity Center'],
  ['organizations', 'AWS Organizations'],
  ['pipes', 'Amazon EventBridge Pipes'],
  ['polly', 'Amazon Polly'],
  ['portal.sso', 'AWS IAM Identity Center'],
  ['queue', 'Amazon SQS'],
  ['rds', 'Amazon RDS'],
  ['rds-data', 'the Data API of Amazon RDS'],
  ['redshift', 'Amazon Redshift'],
  ['redshift-data', 'the Data API of Amazon Redshift'],
  ['rekognition', 'Amazon Rekognition'],
  ['route53', 'Amazon Route 53'],
  ['s3', 'Amazon S3'],
  ['s3-accesspoint', 'Amazon S3'],
  ['s3-control', 'Amazon S3'],
  ['s3-website', 'a website of Amazon S3'],
  ['sagemaker', 'Amazon SageMaker'],
  ['scheduler', 'Amazon EventBridge Scheduler'],
  ['secretsmanager', 'AWS Secrets Manager'],
  ['servicediscovery', 'AWS Cloud Map'],
  ['sms-voice', 'AWS End User Messaging'],
  ['sns', 'Amazon SNS'],
  ['sqs', 'Amazon SQS'],
  ['ssm', 'AWS Systems Manager'],
  ['ssmmessages', 'AWS Systems Manager'],
  ['states', 'AWS Step Functions'],
  ['sts', 'AWS STS'],
  ['sync-states', 'AWS Step Functions'],
  ['tagging', 'the Resource Groups Tagging API'],
  ['textract', 'Amazon Textract'],
  ['timestream', 'Amazon Timestream'],
  ['transcribe', 'Amazon Transcribe'],
  ['translate', 'Amazon Translate'],
  ['wafv2', 'AWS WAF'],
  ['xray', 'AWS X-Ray'],
]);

/** @returns the name in lower case, without a dot at its end */
export function normalized(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

/** @param host - {@link normalized}. @returns undefined for a name outside {@link AWS_DOMAINS} */
export function awsNameOf(host: string): AwsName | undefined {
  const domain = AWS_DOMAINS.filter((one) => host === one || host.endsWith(`.${one}`)).sort(
    (a, b) => b.length - a.length,
  )[0];
  if (domain === undefined) {
    return undefined;
  }
  const labels = host.slice(0, -domain.length).split('.').filter(Boolean);
  const service = domain === 'amazoncognito.com' ? 'amazoncognito' : serviceIn(labels);
  return service === undefined ? {} : { service };
}

/** @returns the service's name, as the subject of a sentence: `Amazon S3`; `this service of AWS` for one that is not known */
export function serviceName({ service }: AwsName): string {
  return SERVICES.get(service ?? '') ?? 'this service of AWS';
}

/** The label next to the domain is the service, apart from Regions and words for endpoints: `bucket.s3.us-east-1`. */
function serviceIn(labels: readonly string[]): string | undefined {
  for (let index = labels.length - 1; index >= 0; index -= 1) {
    const label = (labels[index] ?? '').replace(/^fips-|-fips$/g, '').replace(/^(s3(?:-website)?)-.*-\d$/, '$1');
    const pair = `${labels[index - 1]}.${label}`;
    if (SERVICES.has(pair)) {
      return pair;
    }
    if (SERVICES.has(label)) {
      return label;
    }
  }
  return undefined;
}
