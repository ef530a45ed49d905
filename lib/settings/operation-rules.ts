import { REQUESTS_OF_RUN } from '../../lambda/canary/limits';
import { partitionOf } from '../partition';
import type { Finding, Sound } from './check-shape';
import type { Rule } from './rules';
import type { StageSettings } from './shape';

/** CloudWatch notifies only topics of the Region of the alarm. */
function* alarmTopicOfRegion({ operation, region }: Sound<StageSettings>): Iterable<Finding> {
  const arn = operation?.alarmTopicArn;
  if (arn && region) {
    const another = `use a topic in ${region}, or remove alarmTopicArn to have one created`;
    yield* arnOfRegion(['operation', 'alarmTopicArn'], arn, region, 'SNS', another);
  }
}

/** The canary reads the secret in its own Region. */
function* secretOfRegion(settings: Sound<StageSettings>): Iterable<Finding> {
  const { operation, region } = settings;
  const arn = operation?.canary?.credentialsSecretArn;
  if (arn && region && typeOfTokens(settings) !== 'none') {
    const another = `replicate the secret to ${region}, and use the ARN of the replica`;
    yield* arnOfRegion(['operation', 'canary', 'credentialsSecretArn'], arn, region, 'Secrets Manager', another);
  }
}

/** @param another - the fix for another Region */
function* arnOfRegion(
  path: readonly string[],
  arn: string,
  region: string,
  service: string,
  another: string,
): Iterable<Finding> {
  const [, partitionOfArn, , regionOfArn] = arn.split(':');
  const partition = partitionOf(region);
  if (regionOfArn !== region) {
    yield { path, value: arn, rule: `must be in the Region of the stack, ${region}`, fix: another };
  } else if (partitionOfArn !== partition) {
    yield {
      path,
      value: arn,
      rule: `must be in the partition of the Region ${region}, ${partition}`,
      fix: `use the ARN as ${service} shows it: "${arn.replace(/^arn:[^:]+/, `arn:${partition}`)}"`,
    };
  }
}

/** Only CloudWatch Synthetics has these runtimes. A function of the lanes' runtime is the scheduled canary. */
function* runtimeOfSynthetics({ operation }: Sound<StageSettings>, given: ReadonlySet<string>): Iterable<Finding> {
  const canary = operation?.canary;
  // An unsound type is reported already, and can mean either.
  if (canary?.runtime && canary.type !== 'synthetics' && !given.has('operation.canary.type')) {
    yield {
      path: ['operation', 'canary', 'runtime'],
      value: canary.runtime,
      rule: `must not be set if operation.canary.type is "scheduled"${canary.type ? '' : ', the default'}`,
      fix: 'remove it, or set operation.canary.type to "synthetics"',
    };
  }
}

/** The stack creates a secret for a user of its own user pool. It knows no client of another issuer. */
function* credentialsOfIssuer(settings: Sound<StageSettings>, given: ReadonlySet<string>): Iterable<Finding> {
  const canary = settings.operation?.canary;
  const type = typeOfTokens(settings, given);
  const path = ['operation', 'canary', 'credentialsSecretArn'];
  // A mistyped name is one problem, and not also a missing setting.
  const isGiven = given.has('operation.canary.credentialsSecretArn');
  if (type === 'oidc' && canary && !canary.credentialsSecretArn && !isGiven) {
    yield {
      path,
      value: undefined,
      rule: 'is required if authentication.type is "oidc", because the canary signs in as a client of the issuer',
      fix: 'create a secret with tokenUrl, clientId and clientSecret, and set it to the ARN, or remove operation.canary',
    };
  }
  if (type === 'none' && canary?.credentialsSecretArn) {
    yield {
      path,
      value: canary.credentialsSecretArn,
      rule: 'must not be set if authentication.type is "none", because the canary does not sign in',
      fix: 'remove it, or set authentication.type to "oidc" or "cognito"',
    };
  }
}

/** A web ACL would refuse requests of the canary. Two runs that are a minute apart can be in the same minute that it counts. */
function* requestsOfCanary({ operation, webAcl }: Sound<StageSettings>): Iterable<Finding> {
  const canary = operation?.canary;
  const least = REQUESTS_OF_RUN * (canary?.everyMinutes === 1 ? 2 : 1);
  if (canary && webAcl?.rateLimit && webAcl.rateLimit < least) {
    yield {
      path: ['webAcl', 'rateLimit'],
      value: webAcl.rateLimit,
      rule: `must be at least ${least} with operation.canary, which sends that many requests within a minute from one address`,
      fix: `set it to ${least} or more, or remove operation.canary`,
    };
  }
}

/** @returns the type of authentication; undefined if it is unsound */
function typeOfTokens({ authentication }: Sound<StageSettings>, given?: ReadonlySet<string>): string | undefined {
  return authentication || given?.has('authentication') ? authentication?.type : 'cognito';
}

export const operationRules: readonly Rule[] = [
  alarmTopicOfRegion,
  runtimeOfSynthetics,
  secretOfRegion,
  credentialsOfIssuer,
  requestsOfCanary,
];
