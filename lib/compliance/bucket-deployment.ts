import { Validations } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { BucketDeployment } from 'aws-cdk-lib/aws-s3-deployment';
import { acknowledgeActions, acknowledgeWildcard } from './wildcard';

/** Wildcards in the actions of the function. `grantRead()` and `grantReadWrite()` of a bucket have no others. */
const ACTIONS = ['s3:Abort*', 's3:DeleteObject*', 's3:GetBucket*', 's3:GetObject*', 's3:List*'];

/**
 * Records the reasons for the rules that the function of a deployment does not follow. The CDK creates the function, with its role, once
 * for all deployments to buckets in a stack. CloudFormation calls it, and it answers no request.
 *
 * @param deployment - a deployment whose only source is a folder
 * @param bucket - its destination
 */
export function acknowledgeBucketDeployment({ node, handlerRole }: BucketDeployment, bucket: IBucket): void {
  const { scope = handlerRole } = handlerRole.node;
  const { bucket: assets } = node.findChild('Asset1') as Asset;
  Validations.of(scope).acknowledge(
    {
      id: 'AwsSolutions::AwsSolutions-L1',
      reason:
        'A function of the CDK, which only CloudFormation calls, during a deployment. The CDK selects its runtime, for which it is tested.',
    },
    {
      id: 'AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
      reason:
        'A function of the CDK, which CloudFormation calls during a deployment. The policy allows it only to write logs.',
    },
  );
  acknowledgeActions(
    scope,
    ACTIONS,
    'grantRead() and grantReadWrite() of the CDK use these actions. They are limited to the bucket of the page and that of the assets.',
  );
  acknowledgeWildcard(
    scope,
    assets.arnForObjects('*'),
    'The key of an asset contains the hash of its content, and changes with the page. A rollback reads the asset of the previous page.',
  );
  acknowledgeWildcard(
    scope,
    bucket.arnForObjects('*'),
    'The function writes and deletes all files of the page, in a bucket that contains nothing else.',
  );
}
