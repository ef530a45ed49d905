import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Retention } from '../storage/retention';

export interface AccessLogBucketProps {
  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/** The load balancer's access logs: private, over TLS only, gone when CloudWatch's logs would be. */
export class AccessLogBucket extends Bucket {
  constructor(scope: Construct, id: string, { retention }: AccessLogBucketProps) {
    const { logRetention, removalPolicy } = retention;
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // Load balancers cannot write to a bucket that is encrypted with a KMS key.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy,
      // A bucket that holds anything cannot be deleted, and would keep its stack from being deleted.
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
      lifecycleRules: [
        { expiration: Duration.days(logRetention), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason: 'This bucket holds access logs; logging the access to them would need a bucket without logs in turn.',
    });
  }
}
