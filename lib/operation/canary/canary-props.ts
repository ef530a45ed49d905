import type { Duration } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/** Options of a canary. */
export interface CanaryProps {
  /**
   * Time between two runs: whole minutes, 1 to 60. Alarms fire after 2 of 3 runs, so they need about twice this time.
   *
   * @default Duration.minutes(5)
   */
  readonly every?: Duration;

  /**
   * Secret of the stack's Region with the credentials, as JSON. For a user pool: `username`, `password` and `totpSecret`. For another
   * issuer, which must support the OAuth 2.0 client credentials grant: `tokenUrl`, `clientId`, `clientSecret`, and optional `scope` and
   * `audience`. The tokens need the claim of the tenant, and the scopes to read and publish if the issuer requires scopes.
   *
   * @default - with a user pool, a secret is created, which `npm run canary:user` fills; none without authentication. Required with another issuer
   */
  readonly credentials?: ISecret;
}

/** Options of a canary of CloudWatch Synthetics. */
export interface SyntheticsCanaryProps extends CanaryProps {
  /**
   * Name of a runtime for Node.js without a browser: `syn-nodejs-5.4`. AWS ends the support of a runtime after about a year, and then no
   * canary can be created with it:
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_Library.html
   *
   * @default 'syn-nodejs-5.4'
   */
  readonly runtime?: string;
}
