import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { WebAclOptions } from '../web-acl';

/** Options of a CloudFront distribution in front of both lanes. */
export interface CloudFrontGatewayProps {
  /** Host that clients use, in the hosted zone of the lanes if there is one: `app.example.com`. */
  readonly hostName: string;

  /**
   * Folder of a page, with an `index.html`, that is stored in a bucket and answers all paths that the lanes do not use: absolute, or
   * relative to the working directory of the app. Synthesis reads it.
   *
   * @default - none: the HTTP lane answers all paths except that of the WebSocket
   */
  readonly page?: string;

  /**
   * Content security policy of the page. Responses of the lanes have that of the lanes.
   *
   * @default - files and connections of the host only, and images from data: URLs
   */
  readonly contentSecurityPolicy?: string;

  /**
   * True for internal load balancers, which CloudFront reaches within the VPC (a VPC origin). False for public ones, which refuse
   * requests without a secret that the distribution sends. Use false if the zones of the network do not support VPC origins. A change
   * replaces the load balancers and their target groups.
   *
   * @default true
   */
  readonly internalLoadBalancers?: boolean;

  /**
   * Certificate for `hostName`, in us-east-1.
   *
   * @default - creates one, in a stack in us-east-1 with a hosted zone
   */
  readonly certificate?: ICertificate;

  /**
   * AWS WAF in front of the distribution, in a stack in us-east-1: `{}` for AWS's rules and the default limit. AWS charges for each
   * rule and request.
   *
   * @default - none
   */
  readonly webAcl?: WebAclOptions;

  /**
   * ARN of an existing web ACL for distributions, in us-east-1: of a {@link WebAcl} with `WebAclScope.CLOUDFRONT`, or of another one.
   *
   * @default - none
   */
  readonly webAclArn?: string;
}
