import type { Finding, Sound } from './check-shape';
import { LONGEST_ORIGINS, withGatewayOrigin } from '../domains/allowed-origins';
import { covers, isInZone, LONGEST_FIRST_NAME } from '../domains/host-names';
import { lacksUserPools, partitionOf } from '../partition';
import { cloudFrontOf } from './gateway';
import { isRegion, type StageSettings } from './shape';
import { serversOf } from './websocket-entry';

/**
 * A rule on several values of a stage. It reports nothing about values that are missing or unsound.
 *
 * @param given names of the settings that the stage has, also with a mistyped name, and paths of the unsound values
 */
export type Rule = (settings: Sound<StageSettings>, given: ReadonlySet<string>) => Iterable<Finding>;

/** A load balancer needs subnets in two zones. */
function* enoughZones({ availabilityZones }: Sound<StageSettings>): Iterable<Finding> {
  if (availabilityZones && availabilityZones.length < 2) {
    yield {
      path: ['availabilityZones'],
      value: availabilityZones,
      rule: 'must have at least two Availability Zones',
      fix: 'add another zone of the Region',
    };
  }
}

function* zonesOfRegion({ region, availabilityZones }: Sound<StageSettings>): Iterable<Finding> {
  for (const [index, zone] of each(availabilityZones)) {
    const [regionOfZone, letter] = [zone.slice(0, -1), zone.slice(-1)];
    if (region && regionOfZone !== region) {
      yield {
        path: ['availabilityZones', index],
        value: zone,
        rule: `must be a zone of the Region ${region}`,
        fix: `use "${region}${letter}", if the Region has it${isRegion(regionOfZone) ? `, or set region to "${regionOfZone}"` : ''}`,
      };
    }
  }
}

/** The addresses of subnets depend on the letter of their zone. */
function* zonesWithAddresses({ availabilityZones, network }: Sound<StageSettings>): Iterable<Finding> {
  if (network) return;
  for (const [index, value] of each(availabilityZones)) {
    if (/[p-z]$/.test(value)) {
      yield {
        path: ['availabilityZones', index],
        value,
        rule: 'must end with a letter from a to o, because its subnets have the addresses of that letter',
        fix: `use another zone, such as "${value.slice(0, -1)}a", or set network to use an existing VPC`,
      };
    }
  }
}

function* nothingTwice({ availabilityZones, allowedOrigins, certificate }: Sound<StageSettings>): Iterable<Finding> {
  yield* repeats(['availabilityZones'], availabilityZones);
  yield* repeats(['allowedOrigins'], allowedOrigins);
  yield* repeats(['certificate', 'names'], certificate?.names);
}

function* repeats(path: readonly string[], list: readonly string[] = []): Iterable<Finding> {
  for (const [index, value] of each(list)) {
    const first = list.indexOf(value);
    if (first < index) {
      yield {
        path: [...path, index],
        value,
        rule: 'must be in the list only once',
        fix: `remove it: it repeats [${first}]`,
      };
    }
  }
}

function* hostsInZone({ hosts, hostedZone }: Sound<StageSettings>): Iterable<Finding> {
  const zone = hostedZone?.name;
  for (const lane of ['http', 'websocket'] as const) {
    const host = hosts?.[lane];
    if (host && zone && !isInZone(host, zone)) {
      yield {
        path: ['hosts', lane],
        value: host,
        rule: `must be in the hosted zone ${zone}`,
        fix: `use "${host.split('.')[0]}.${zone}", or set hostedZone to the zone that contains ${host}`,
      };
    }
  }
}

/** With one name, one entry point receives the requests of both lanes: only the load balancer of a gateway divides them. */
function* hostsDiffer({ hosts, gateway }: Sound<StageSettings>, given: ReadonlySet<string>): Iterable<Finding> {
  const { http, websocket } = hosts ?? {};
  // A gateway without a sound type is reported already, and can be either.
  if (!http || !websocket || (given.has('gateway') && !gateway)) return;
  const shares = gateway?.type === 'loadBalancer';
  if (shares && websocket !== http) {
    yield {
      path: ['hosts', 'websocket'],
      value: websocket,
      rule: 'must be the same as hosts.http if gateway.type is "loadBalancer"',
      fix: `use "${http}", or remove gateway to have two hosts`,
    };
  }
  if (!shares && websocket === http) {
    yield {
      path: ['hosts', 'websocket'],
      value: websocket,
      rule: 'must differ from hosts.http',
      fix: 'use two host names, such as "api.example.com" and "ws.example.com"',
    };
  }
}

/** The certificate that the stack creates has this name first. */
function* hostFitsCertificate({ hosts }: Sound<StageSettings>, given: ReadonlySet<string>): Iterable<Finding> {
  const host = hosts?.http;
  if (!given.has('certificate') && host && host.length > LONGEST_FIRST_NAME) {
    yield {
      path: ['hosts', 'http'],
      value: host,
      rule: `must have at most ${LONGEST_FIRST_NAME} characters, like the first name of any certificate that ACM creates`,
      fix: 'use a shorter name, or set certificate to one that exists',
    };
  }
}

/** ACM validates a certificate by records in the hosted zone. */
function* zoneOrCertificate(_: Sound<StageSettings>, given: ReadonlySet<string>): Iterable<Finding> {
  if (!given.has('hostedZone') && !given.has('certificate')) {
    yield {
      path: ['hostedZone'],
      value: undefined,
      rule: 'is required without certificate, because ACM validates a new certificate by records in the zone',
      fix: 'add "hostedZone": { "id": "Z0123456789EXAMPLE", "name": "example.com" }, or if DNS is elsewhere, add certificate: docs/guides/dns-elsewhere.md',
    };
  }
}

/** ALB and API Gateway accept only a certificate of their own Region and account. */
function* certificateOfStack(
  { certificate, region, account }: Sound<StageSettings>,
  given: ReadonlySet<string>,
): Iterable<Finding> {
  const arn = certificate?.arn;
  if (!arn) return;
  const [, partitionOfArn, , regionOfArn, accountOfArn] = arn.split(':');
  const finding = { path: ['certificate', 'arn'], value: arn };
  if (region && regionOfArn !== region) {
    const fix = `request a certificate in ${region}${orCreated(given)}`;
    yield { ...finding, rule: `must be in the Region of the stack, ${region}`, fix };
  }
  const partition = region && partitionOf(region);
  if (regionOfArn === region && partition && partitionOfArn !== partition) {
    const fix = `use the ARN as ACM shows it: "${arn.replace(/^arn:[^:]+/, `arn:${partition}`)}"`;
    yield { ...finding, rule: `must be in the partition of the Region ${region}, ${partition}`, fix };
  }
  if (account && accountOfArn !== account) {
    const fix = `request a certificate in ${account}${orCreated(given)}`;
    yield { ...finding, rule: `must be in the account of the stack, ${account}`, fix };
  }
}

function* certificateCoversHosts(
  { certificate, hosts }: Sound<StageSettings>,
  given: ReadonlySet<string>,
): Iterable<Finding> {
  const names = certificate?.names;
  // One of the unsound names, which are reported already, can be the name for the host.
  if (!names || each(names).length < names.length) return;
  for (const host of new Set([hosts?.http, hosts?.websocket])) {
    if (host && !names.some((name) => covers(name, host))) {
      yield {
        path: ['certificate', 'names'],
        value: names,
        rule: `must cover ${host} (a wildcard matches one label)`,
        fix: `use a certificate that covers ${host}${orCreated(given)}`,
      };
    }
  }
}

/** The other fix of a certificate, if the stage has the hosted zone in which ACM validates a new one. */
function orCreated(given: ReadonlySet<string>): string {
  return given.has('hostedZone') ? ', or remove the certificate block to have one created' : '';
}

/** An empty list would refuse every page. With a gateway, pages of its own host can use the lanes. */
function* someOrigin({ allowedOrigins }: Sound<StageSettings>, given: ReadonlySet<string>): Iterable<Finding> {
  if (allowedOrigins?.length === 0 && !given.has('gateway')) {
    yield {
      path: ['allowedOrigins'],
      value: allowedOrigins,
      rule: 'must have at least one origin',
      fix: 'add the origin of the site that uses the API, such as "https://app.example.com"',
    };
  }
}

/** The origin of a gateway is in the environment, too. */
function* originsFitEnvironment(settings: Sound<StageSettings>): Iterable<Finding> {
  const { allowedOrigins = [], gateway, hosts } = settings;
  const hostName = gateway?.type === 'loadBalancer' ? hosts?.http : cloudFrontOf(settings)?.host;
  const { length } = withGatewayOrigin(allowedOrigins, hostName === undefined ? undefined : { hostName }).join();
  if (length > LONGEST_ORIGINS) {
    yield {
      path: ['allowedOrigins'],
      value: length,
      rule: `must have at most ${LONGEST_ORIGINS} characters in total, which fit in the environment of a function`,
      fix: 'remove origins that are not used',
    };
  }
}

/** An issuer is required for `oidc` and ignored for the others. */
function* issuerWithOidc({ authentication }: Sound<StageSettings>): Iterable<Finding> {
  const type = authentication?.type;
  for (const key of ['issuer', 'audience', 'keysUrl'] as const) {
    const value = authentication?.[key];
    if (type === 'oidc' && value === undefined && key !== 'keysUrl') {
      const fix = `add ${key}, or set type to "cognito" to have a user pool created`;
      yield { path: ['authentication', key], value, rule: 'is required if type is "oidc"', fix };
    }
    if (type && type !== 'oidc' && value !== undefined) {
      const fix = 'remove it, or set type to "oidc"';
      yield { path: ['authentication', key], value, rule: `must not be set if type is "${type}"`, fix };
    }
  }
}

function* userPoolInRegion({ authentication, region }: Sound<StageSettings>): Iterable<Finding> {
  const type = authentication ? authentication.type : 'cognito';
  if (type === 'cognito' && region && lacksUserPools(region)) {
    yield {
      path: ['authentication', 'type'],
      value: authentication?.type,
      rule: `must not be "cognito", the default, in ${region}, where Amazon Cognito has no user pools`,
      fix: 'set it to "oidc", with the issuer and the audience of your tokens',
    };
  }
}

/** With `destroy`, the stack is meant to be deleted with everything in it, and protected resources cannot be. */
function* protectionWithRetain({ removalPolicy, deletionProtection }: Sound<StageSettings>): Iterable<Finding> {
  if (removalPolicy === 'destroy' && deletionProtection) {
    yield {
      path: ['deletionProtection'],
      value: deletionProtection,
      rule: 'must not be true if removalPolicy is "destroy"',
      fix: 'remove it, or set removalPolicy to "retain"',
    };
  }
}

/** Only API Gateway uses the role. */
function* loggingRoleOfApi(settings: Sound<StageSettings>): Iterable<Finding> {
  if (settings.accountLoggingRole && serversOf(settings)) {
    yield {
      path: ['accountLoggingRole'],
      value: true,
      rule: 'must not be true if capacity.websocket.type is "servers", because only API Gateway uses that role',
      fix: 'remove it, or set capacity.websocket.type to "apiGateway"',
    };
  }
}

/** @returns the items of a list with their indexes, without the holes of unsound items */
function each(list: readonly string[] = []): [number, string][] {
  return [...list.entries()].filter(([index]) => index in list);
}

export const rules: readonly Rule[] = [
  enoughZones,
  zonesOfRegion,
  zonesWithAddresses,
  nothingTwice,
  hostsInZone,
  hostsDiffer,
  hostFitsCertificate,
  zoneOrCertificate,
  certificateOfStack,
  certificateCoversHosts,
  someOrigin,
  originsFitEnvironment,
  issuerWithOidc,
  userPoolInRegion,
  protectionWithRetain,
  loggingRoleOfApi,
];
