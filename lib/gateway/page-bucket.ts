import { Duration, IgnoreMode, RemovalPolicy, SymlinkFollowMode, Validations } from 'aws-cdk-lib';
import {
  type BehaviorOptions,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { acknowledgeBucketDeployment } from '../compliance/bucket-deployment';
import type { Retention } from '../storage/retention';
import { globalNameOf } from './global-name';

export interface PageBucketProps {
  /** Folder of the page, with an `index.html`. */
  readonly folder: string;

  /** Value of the header `Content-Security-Policy`. */
  readonly contentSecurityPolicy: string;

  /** True if browsers must use https for the subdomains of the host, too. */
  readonly includeSubdomains: boolean;

  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/** Private bucket with the files of a page, which only a distribution can read. A deployment replaces the files. */
export class PageBucket extends Construct {
  readonly bucket: Bucket;

  /** Behavior of the distribution that serves the page. */
  readonly behavior: BehaviorOptions;

  constructor(scope: Construct, id: string, props: PageBucketProps) {
    super(scope, id);
    const { folder, retention } = props;
    const { logRetention, removalPolicy } = retention;
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // The files are in the repository. A bucket with files cannot be deleted, and neither could the stack.
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions::AwsSolutions-S1',
      reason: 'The bucket of the page contains public files, which only the distribution reads.',
    });
    const deployment = new BucketDeployment(this, 'Files', {
      sources: [
        Source.asset(folder, {
          // Hidden files, such as .env and .git, are not meant to be public.
          exclude: ['.*', '!.well-known'],
          ignoreMode: IgnoreMode.GIT,
          followSymlinks: SymlinkFollowMode.BLOCK_EXTERNAL,
        }),
      ],
      destinationBucket: this.bucket,
      // Edges ask the bucket each time whether a file has changed. So a deployment needs no invalidation, and no permission for it.
      cacheControl: [CacheControl.fromString('public, max-age=0, must-revalidate')],
      logGroup: new LogGroup(this, 'Logs', { retention: logRetention, removalPolicy }),
    });
    acknowledgeBucketDeployment(deployment, this.bucket);
    this.behavior = {
      origin: S3BucketOrigin.withOriginAccessControl(this.bucket, { originAccessControl: this.addAccessControl() }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: this.addHeaders(props),
    };
  }

  private addAccessControl(): S3OriginAccessControl {
    return new S3OriginAccessControl(this, 'AccessControl', {
      originAccessControlName: globalNameOf(this, 'AccessControl'),
    });
  }

  /** The same security headers as those of the lanes' load balancers, besides the content security policy. */
  private addHeaders({ contentSecurityPolicy, includeSubdomains }: PageBucketProps): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'Headers', {
      responseHeadersPolicyName: globalNameOf(this, 'Headers'),
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains, override: true },
      },
    });
  }
}
