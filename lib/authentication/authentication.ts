import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { CfnUserPoolClient, type IUserPool, type IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { isHttpsUrl, isIssuerUrl } from '../domains/https-url';
import { domainOf, lacksUserPools } from '../partition';
import type { Retention } from '../storage/retention';
import { LaneUserPool } from './lane-user-pool';
import { isScopePrefix } from './scope-prefix';

/** Rules for tokens: issuer, audience, keys, tenant and scopes. */
export interface TokenRules {
  /** The claim `iss`, exactly: `https://login.example.com/`. */
  readonly issuer: string;

  /** Required claim `aud`; in an access token of Cognito, `client_id`. */
  readonly audience: string;

  /** True if the issuer is a Cognito user pool: only its access tokens can have `client_id` instead of `aud`. */
  readonly isCognito: boolean;

  /** URL of the issuer's public keys, a JSON Web Key Set. @default - the service discovers it */
  readonly keysUrl?: string;

  /** Signature algorithms that are accepted. */
  readonly algorithms: readonly string[];

  /** Name of the claim that contains the tenant, whose topics the client reads and writes. */
  readonly tenantClaim: string;

  /** Text before each scope of this API. @default - scopes have no prefix */
  readonly scopePrefix?: string;

  /** True if a token without a scope for topics has no access to topics. */
  readonly requireScopes: boolean;
}

/** Options of an issuer. */
export interface AuthenticationOptions {
  /**
   * True if a token needs the scope `topics:read` to read and subscribe, and `topics:write` to publish. With false, these scopes
   * apply only to a token that has any scope that can be meant for topics: one that contains `topic`, in any case. Other tokens can
   * read and write all topics of their tenant.
   *
   * @default - true for `Authentication.oidc`; false for `Authentication.cognito` and `Authentication.userPool`, because ID tokens
   * of Cognito have no scopes
   */
  readonly requireScopes?: boolean;

  /**
   * Text before each scope of this API: `https://api.example.com/` if tokens have `https://api.example.com/topics:read`. For Cognito,
   * the identifier of the resource server and a slash. Scopes without the prefix allow nothing.
   *
   * @default - scopes have no prefix: `topics:read`
   */
  readonly scopePrefix?: string;

  /**
   * True if the load balancer also verifies tokens, before a request for `/v1` reaches the service. The load balancer must be
   * able to reach the issuer's keys. The service verifies each token again, with more checks.
   *
   * The load balancer supports only the algorithm RS256 and the issuer's URL of keys as `keysUrl`. If the keys are more than 10
   * or larger than 150 KB, it forwards no request:
   * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html#jwt-validation-limits
   *
   * The load balancer itself refuses an invalid or expired token, without the CORS headers of the service. A page of another
   * origin cannot read that response: for the page, it is a network error and not a 401. So use it for clients that are not
   * pages, or get a new token before the old one expires.
   *
   * @default false
   */
  readonly atLoadBalancer?: boolean;
}

export interface OidcAuthenticationProps extends AuthenticationOptions {
  /** The claim `iss`, exactly, an `https` URL: `https://login.example.com/`. */
  readonly issuer: string;

  /** Required claim `aud`: the identifier that the issuer has for this API. */
  readonly audience: string;

  /**
   * URL of the issuer's public keys, a JSON Web Key Set. Required with `atLoadBalancer`, and for an issuer without OpenID
   * Connect Discovery.
   *
   * @default - the service reads it from `.well-known/openid-configuration` below the issuer, again with each refresh of the keys
   */
  readonly keysUrl?: string;

  /**
   * Accepted signature algorithms, only asymmetric ones. The load balancer supports only RS256.
   *
   * @default - ['RS256', 'ES256']; ['RS256'] with `atLoadBalancer`
   */
  readonly algorithms?: readonly string[];

  /**
   * Name of the claim that contains the tenant. A token without it is refused. For an app with one tenant, use a claim
   * that is the same for all users, such as `azp`.
   *
   * @default 'tenant'
   */
  readonly tenantClaim?: string;
}

export interface CognitoAuthenticationProps extends AuthenticationOptions {
  /**
   * Name of the claim that contains the tenant. A token without it is refused.
   *
   * @default 'custom:tenant'
   */
  readonly tenantClaim?: string;
}

/** Configuration of an issuer that is bound to an admission. */
export interface AuthenticationConfig {
  readonly tokens: TokenRules;
  readonly atLoadBalancer: boolean;

  /** The user pool that issues the tokens. @default - the issuer is not a user pool that this app knows */
  readonly userPool?: SignInUserPool;
}

/** A user pool, with the app client whose tokens are accepted. */
export interface SignInUserPool {
  readonly userPool: IUserPool;
  readonly client: IUserPoolClient;

  /**
   * Allows sign-ins with a password and AWS credentials, the flow `ADMIN_USER_PASSWORD_AUTH`, which a canary needs.
   *
   * @default - the client is not of this app: it must allow the flow already
   */
  readonly allowAdminUserPassword?: () => void;
}

/** Authentication of clients, the same for both lanes. */
export abstract class Authentication {
  /** Users of an Amazon Cognito user pool that is created with the stack: see {@link LaneUserPool}. */
  static cognito(props: CognitoAuthenticationProps = {}): Authentication {
    return new CognitoAuthentication(props);
  }

  /**
   * Users of an existing Amazon Cognito user pool.
   *
   * No app client of the pool may have write access to the attribute of the tenant: a user who can write it can read the topics of
   * another tenant. Synth prints a warning if `client` is created in this app and has that access. It cannot check an imported
   * client or other clients of the pool: compare `WriteAttributes` in the response of `aws cognito-idp describe-user-pool-client`. If
   * it is missing, the client has Cognito's default, which is not limited to harmless attributes.
   *
   * @param userPool - the pool, in any Region
   * @param client - the app client of the pool whose tokens are accepted
   * @param props - options
   */
  static userPool(
    userPool: IUserPool,
    client: IUserPoolClient,
    props: CognitoAuthenticationProps = {},
  ): Authentication {
    return new UserPoolAuthentication(userPool, client, props);
  }

  /** Users of an OpenID Connect issuer, which publishes the keys that verify its tokens. */
  static oidc(props: OidcAuthenticationProps): Authentication {
    return new OidcAuthentication(props);
  }

  /**
   * Disables authentication: anyone can connect. All clients share one tenant, and no limit per subject applies. Synth
   * prints a warning.
   */
  static none(): Authentication {
    return new NoAuthentication();
  }

  /** @internal True if binding creates a user pool. */
  readonly _createsUserPool: boolean = false;

  /** Creates the resources that it needs below `scope`. @returns undefined without authentication */
  abstract bind(scope: Construct, retention: Retention): AuthenticationConfig | undefined;
}

class CognitoAuthentication extends Authentication {
  override readonly _createsUserPool = true;

  constructor(private readonly props: CognitoAuthenticationProps) {
    super();
  }

  bind(scope: Construct, retention: Retention): AuthenticationConfig {
    const { region } = Stack.of(scope);
    scope.node.addValidation({ validate: () => regionProblems(region) });
    const pool = new LaneUserPool(scope, 'UserPool', { retention });
    const { userPool, client } = pool;
    const allowAdminUserPassword = () => pool.allowAdminUserPassword();
    return userPoolConfig(scope, { userPool, client, allowAdminUserPassword }, this.props);
  }
}

function regionProblems(region: string): string[] {
  return lacksUserPools(region)
    ? [
        `authentication must be an OIDC issuer in ${region}, where Amazon Cognito has no user pools, got Authentication.cognito(). Fix: use Authentication.oidc({ issuer, audience })`,
      ]
    : [];
}

class UserPoolAuthentication extends Authentication {
  constructor(
    private readonly userPool: IUserPool,
    private readonly client: IUserPoolClient,
    private readonly props: CognitoAuthenticationProps,
  ) {
    super();
  }

  bind(scope: Construct): AuthenticationConfig {
    const config = userPoolConfig(scope, { userPool: this.userPool, client: this.client }, this.props);
    warnOfWritableTenant(scope, this.client, config.tokens.tenantClaim);
    return config;
  }
}

/** Adds a warning if the client is created in this app and can write the attribute that is the tenant's claim. */
function warnOfWritableTenant(scope: Construct, client: IUserPoolClient, tenantClaim: string): void {
  const resource = client.node.findAll().find((child) => child instanceof CfnUserPoolClient);
  if (!resource || !ATTRIBUTE.test(tenantClaim)) return;
  const writable: unknown = Stack.of(resource).resolve(resource.writeAttributes);
  if (writable !== undefined && !(Array.isArray(writable) && writable.includes(tenantClaim))) return;
  Annotations.of(scope).addWarningV2(
    'twinlane:writable-tenant',
    `The app client ${resource.node.path} must not have write access to the tenant's attribute ${tenantClaim}, got writeAttributes ${JSON.stringify(writable) ?? 'undefined, the default of Cognito'}. A user who can write it can read the topics of another tenant. Fix: set writeAttributes of the client to the attributes that users may change`,
  );
}

/** Claims that are attributes of a user: custom and standard ones. Other claims are set by Cognito or by a trigger of the pool. */
const ATTRIBUTE =
  /^(custom:.+|address|birthdate|email|(family|given|middle|nick|preferred_user)?_?name|gender|locale|phone_number|picture|profile|website|zoneinfo)$/;

function userPoolConfig(
  scope: Construct,
  signIn: SignInUserPool,
  {
    tenantClaim = 'custom:tenant',
    requireScopes = false,
    scopePrefix,
    atLoadBalancer = false,
  }: CognitoAuthenticationProps,
): AuthenticationConfig {
  scope.node.addValidation({ validate: () => prefixProblems(scopePrefix) });
  const { userPool, client } = signIn;
  const { region } = userPool.env;
  const issuer = `https://cognito-idp.${region}.${domainOf(region)}/${userPool.userPoolId}`;
  return {
    userPool: signIn,
    tokens: {
      issuer,
      audience: client.userPoolClientId,
      isCognito: true,
      keysUrl: `${issuer}/.well-known/jwks.json`,
      algorithms: ['RS256'],
      tenantClaim,
      scopePrefix,
      requireScopes,
    },
    atLoadBalancer,
  };
}

class OidcAuthentication extends Authentication {
  constructor(private readonly props: OidcAuthenticationProps) {
    super();
  }

  bind(scope: Construct): AuthenticationConfig {
    const { issuer, audience, keysUrl, tenantClaim = 'tenant', atLoadBalancer = false } = this.props;
    const { algorithms = atLoadBalancer ? [LOAD_BALANCER.algorithm] : ['RS256', 'ES256'] } = this.props;
    const { scopePrefix, requireScopes = true } = this.props;
    const isCognito = USER_POOL.test(issuer);
    const tokens = { issuer, audience, isCognito, keysUrl, algorithms, tenantClaim, scopePrefix, requireScopes };
    const found = [...problems(tokens), ...(atLoadBalancer ? loadBalancerProblems(tokens) : [])];
    scope.node.addValidation({ validate: () => found });
    // With an invalid URL, the listener's action would throw before synthesis reports all problems.
    return { tokens, atLoadBalancer: atLoadBalancer && found.length === 0 };
  }
}

/** The issuer of a Cognito user pool, in any partition: `https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc`. */
const USER_POOL = /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.[a-z.]+\//;

class NoAuthentication extends Authentication {
  bind(scope: Construct): undefined {
    Annotations.of(scope).addWarningV2(
      'twinlane:open',
      'Authentication.none() disables authentication: any page of an allowed origin, and any program that is not a browser, can publish and subscribe to every topic. Fix: use Authentication.cognito() or Authentication.oidc()',
    );
  }
}

function problems({ issuer, keysUrl, audience, algorithms, scopePrefix }: TokenRules): string[] {
  const found = prefixProblems(scopePrefix);
  if (!Token.isUnresolved(issuer) && !isIssuerUrl(issuer)) {
    found.push(
      `authentication.issuer must be an https URL without a user, a query and a fragment, got ${JSON.stringify(issuer)}. Fix: use the claim iss of the tokens, exactly`,
    );
  }
  if (keysUrl !== undefined && !Token.isUnresolved(keysUrl) && !isHttpsUrl(keysUrl)) {
    found.push(
      `authentication.keysUrl must be an https URL without a user and a fragment, got ${JSON.stringify(keysUrl)}. Fix: use jwks_uri of the issuer's discovery document, or remove it to have it discovered`,
    );
  }
  if (!audience) {
    found.push(
      `authentication.audience is required, got ${JSON.stringify(audience)}, which would accept the issuer's tokens for other APIs. Fix: use this API's identifier at the issuer`,
    );
  }
  const symmetric = algorithms.filter((name) => !/^((RS|PS|ES)(256|384|512)|EdDSA|Ed25519)$/.test(name));
  if (algorithms.length === 0 || symmetric.length > 0) {
    found.push(
      `authentication.algorithms must be asymmetric algorithms, got ${JSON.stringify(algorithms)}. Fix: use ['RS256'] or ['ES256']`,
    );
  }
  return found;
}

/** A prefix without its separator would match no scope: each scope would begin with the separator. */
function prefixProblems(scopePrefix: string | undefined): string[] {
  return scopePrefix === undefined || Token.isUnresolved(scopePrefix) || isScopePrefix(scopePrefix)
    ? []
    : [
        `authentication.scopePrefix must be the text before the scopes, with the separator at its end and without white space, got ${JSON.stringify(scopePrefix)}. Fix: use a prefix such as "api/", or remove it`,
      ];
}

/** Limits of a load balancer that verifies tokens. */
const LOAD_BALANCER = {
  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html */
  algorithm: 'RS256',
  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_JwtValidationActionConfig.html */
  urlLength: 256,
};

function loadBalancerProblems({ issuer, keysUrl, algorithms }: TokenRules): string[] {
  const found: string[] = [];
  if (keysUrl === undefined) {
    found.push(
      'authentication.keysUrl is required with atLoadBalancer, because a load balancer cannot discover it, got undefined. Fix: use jwks_uri of the document at .well-known/openid-configuration below the issuer',
    );
  }
  if (algorithms.length !== 1 || algorithms[0] !== LOAD_BALANCER.algorithm) {
    found.push(
      `authentication.algorithms must be ['RS256'] with atLoadBalancer, because a load balancer refuses the others, got ${JSON.stringify(algorithms)}. Fix: remove algorithms, or atLoadBalancer`,
    );
  }
  for (const [name, url] of Object.entries({ issuer, keysUrl })) {
    if (url && !Token.isUnresolved(url) && url.length > LOAD_BALANCER.urlLength) {
      found.push(
        `authentication.${name} must have at most ${LOAD_BALANCER.urlLength} characters with atLoadBalancer, got ${url.length}. Fix: remove atLoadBalancer`,
      );
    }
  }
  return found;
}
