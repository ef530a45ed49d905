import { Duration, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  type CfnUserPoolClient,
  ClientAttributes,
  FeaturePlan,
  Mfa,
  StringAttribute,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { Retention } from '../storage/retention';

export interface LaneUserPoolProps {
  /** Removal policy and log retention. */
  readonly retention: Retention;
}

/**
 * The user pool of the app. Administrators create users and set their tenant, the attribute `custom:tenant`.
 * Self-registration is disabled. Clients sign in with SRP, without a secret. The ID token contains the tenant. An access
 * token contains it only if a trigger of the pool adds the claim.
 */
export class LaneUserPool extends Construct {
  readonly userPool: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, { retention }: LaneUserPoolProps) {
    super(scope, id);
    this.userPool = new UserPool(this, 'Pool', {
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      customAttributes: { tenant: new StringAttribute({ minLen: 1, maxLen: 128, mutable: true }) },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: retention.deletionProtection,
      removalPolicy: retention.removalPolicy,
    });
    Validations.of(this.userPool).acknowledge({
      id: 'AwsSolutions::AwsSolutions-COG8',
      reason: 'Threat protection requires the Plus plan, which AWS charges for each user. To use it, set featurePlan.',
    });
    this.client = this.userPool.addClient('Client', {
      authFlows: { userSrp: true },
      generateSecret: false,
      disableOAuth: true,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
      // Explicit, because the ID token contains only the attributes that its client can read, and the tenant must be one.
      readAttributes: new ClientAttributes()
        .withStandardAttributes({ email: true, emailVerified: true, givenName: true, familyName: true, locale: true })
        .withCustomAttributes('tenant'),
      // Not the tenant: a user who could write it could read the topics of another tenant.
      writeAttributes: new ClientAttributes().withStandardAttributes({
        givenName: true,
        familyName: true,
        locale: true,
      }),
    });
  }

  /**
   * Also allows the client to sign in with a password and AWS credentials, the flow `ADMIN_USER_PASSWORD_AUTH`. The second factor stays
   * required. A canary uses it, because SRP needs a library.
   */
  allowAdminUserPassword(): void {
    const resource = this.client.node.defaultChild as CfnUserPoolClient;
    resource.explicitAuthFlows = [...new Set([...(resource.explicitAuthFlows ?? []), ADMIN_USER_PASSWORD])];
  }
}

/** Name of the flow in CloudFormation. */
const ADMIN_USER_PASSWORD = 'ALLOW_ADMIN_USER_PASSWORD_AUTH';
