import { Template } from 'aws-cdk-lib/assertions';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { endpointOf } from '../../lambda/aws/endpoint';
import type { Settings } from '../../lib/settings/settings';
import { ONE_LOAD_BALANCER, stageStack } from './stages';

/** One Region of each partition that aws-cdk-lib knows. */
const REGIONS = [...new Map(RegionInfo.regions.map((region) => [region.partition, region])).values()];

/** URLs of the console in descriptions of alarms. Its domains are its own: `console.amazonaws.cn`. */
const CONSOLE = /https:\/\/[\w-]+\.console\.[\w.-]+\//g;

/** Names with `amazonaws.com` that are the same in all partitions: service principals, and services of gateway endpoints. */
const SAME_EVERYWHERE = /\b(?:(?:[a-z-]+\.)+amazonaws\.com(?=["/])|com\.amazonaws\.(?="))/g;

/** The rest of the ARN of a secret with the credentials of a canary for an issuer that is no user pool. */
const SECRET = '111122223333:secret:canary-AbCdEf';

function templateIn(region: string, stage: string, changes: Partial<Settings>): string {
  const settings: Partial<Settings> = {
    ...changes,
    region,
    availabilityZones: [`${region}a`, `${region}b`],
    ...(region.startsWith('cn-') && {
      authentication: { type: 'oidc', issuer: 'https://login.example.com/', audience: 'shop' },
      ...(stage === 'prod' && {
        operation: { canary: { credentialsSecretArn: `arn:aws-cn:secretsmanager:${region}:${SECRET}` } },
      }),
    }),
  };
  return JSON.stringify(Template.fromStack(stageStack(stage, settings)).toJSON());
}

describe.each<[string, string, Partial<Settings>]>([
  ['prod', 'prod', {}],
  ['servers', 'servers', {}],
  ['servers with one host for both lanes', 'servers', ONE_LOAD_BALANCER],
])('the template of a stage like %s', (_, stage, changes) => {
  test.each(REGIONS.map(({ partition, name, domainSuffix }) => ({ partition, name, domainSuffix })))(
    'has the ARNs and the domain of the partition $partition',
    ({ name, partition, domainSuffix }) => {
      const template = templateIn(name, stage, changes);
      const urls = template.match(/https:\/\/cognito-idp\.[^/"]+/g) ?? [];
      expect(new Set(urls)).toEqual(
        new Set(name.startsWith('cn-') ? [] : [`https://cognito-idp.${name}.${domainSuffix}`]),
      );
      expect(new Set(template.match(/arn:aws[\w-]*/g))).toEqual(new Set([`arn:${partition}`]));
      const rest = template
        .replaceAll(`cognito-idp.${name}.${domainSuffix}`, '')
        .replaceAll(CONSOLE, '')
        .replaceAll(SAME_EVERYWHERE, '');
      expect(rest.match(/.{20}(amazonaws|\.ic\.gov|sgov\.gov|adc-e).{20}/g)).toBeNull();
    },
  );
});

test.each(RegionInfo.regions.map(({ name, domainSuffix }) => [name, domainSuffix]))(
  'the functions and the service in %s call the endpoints of its partition, in %s',
  (name = '', domain = '') => {
    for (const service of ['dynamodb', 'sqs', 'cognito-idp', 'secretsmanager'] as const) {
      expect(endpointOf(service, { AWS_REGION: name }).href).toBe(`https://${service}.${name}.${domain}/`);
      // The Region of a user pool or a secret can be another one than that of the function.
      expect(endpointOf(service, { AWS_REGION: 'eu-west-1' }, name).href).toBe(`https://${service}.${name}.${domain}/`);
    }
  },
);
