import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { isRetained, type Retention } from '../storage/retention';

export interface AccessLogBucketProps {
  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/** Private bucket for the load balancer's access logs. It requires TLS, and keeps logs as long as CloudWatch does. */
export class AccessLogBucket extends Bucket {
  constructor(scope: Construct, id: string, { retention }: AccessLogBucketProps) {
    const { logRetention } = retention;
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // Load balancers cannot write to a bucket that is encrypted with a KMS key.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // A bucket with objects cannot be deleted. The load balancer writes a test object as soon as it logs, so a rollback of the
      // stack's creation must keep the bucket, which has a generated name.
      removalPolicy: isRetained(retention) ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: !isRetained(retention),
      lifecycleRules: [
        { expiration: Duration.days(logRetention), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason:
        'This bucket contains access logs. A log of the access to them would need another bucket, again without such a log.',
    });
  }
}
