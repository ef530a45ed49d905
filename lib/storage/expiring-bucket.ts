import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { isRetained, type Retention } from './retention';

export interface ExpiringBucketProps {
  /** Removal policy of the bucket. */
  readonly retention: Retention;

  /** Time after which S3 deletes an object. */
  readonly expiration: Duration;

  /** Reason for which requests to the bucket are not logged. */
  readonly unloggedBecause: string;
}

/** Private bucket for what an AWS service writes and operators read. It requires TLS. */
export class ExpiringBucket extends Bucket {
  constructor(scope: Construct, id: string, { retention, expiration, unloggedBecause }: ExpiringBucketProps) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // Load balancers cannot write to a bucket that is encrypted with a KMS key.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // A bucket with objects cannot be deleted. The services write one at once, so a rollback of the stack's creation must keep the
      // bucket, which has a generated name.
      removalPolicy: isRetained(retention) ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: !isRetained(retention),
      lifecycleRules: [{ expiration, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    Validations.of(this).acknowledge({ id: 'AwsSolutions::AwsSolutions-S1', reason: unloggedBecause });
  }
}
