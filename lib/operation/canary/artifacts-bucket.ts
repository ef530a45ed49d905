import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { isRetained, type Retention } from '../../storage/retention';

export interface ArtifactsBucketProps {
  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/** Private bucket for what the runs of a canary of CloudWatch Synthetics write. It requires TLS, and keeps each run for 30 days. */
export class ArtifactsBucket extends Bucket {
  constructor(scope: Construct, id: string, { retention }: ArtifactsBucketProps) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // A bucket with objects cannot be deleted. The first run writes some, so a rollback of the stack's creation must keep the bucket,
      // which has a generated name.
      removalPolicy: isRetained(retention) ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: !isRetained(retention),
      lifecycleRules: [{ expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason: 'Only the canary writes to this bucket, and its files contain no data of users.',
    });
  }
}
