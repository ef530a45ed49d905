import type { Finding, Sound } from './check-shape';
import { covers, isInZone } from '../domains/host-names';
import type { StageSettings } from './shape';

/** What several values of a stage must hold together. A rule says nothing of values that are missing or unsound. */
export type Rule = (settings: Sound<StageSettings>) => Iterable<Finding>;

/** A load balancer needs subnets in two zones, and one zone can fail. */
function* enoughZones({ availabilityZones }: Sound<StageSettings>): Iterable<Finding> {
  if (availabilityZones && availabilityZones.length < 2) {
    yield {
      path: ['availabilityZones'],
      value: availabilityZones,
      rule: 'must name at least two Availability Zones',
      mend: 'add another zone of the Region',
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
        mend: `write "${region}${letter}", if the Region has it, or set region to "${regionOfZone}"`,
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
        rule: 'must be in the list once',
        mend: `take it out: it repeats [${first}]`,
      };
    }
  }
}

function* hostsInZone({ hosts, hostedZone }: Sound<StageSettings>): Iterable<Finding> {
  const zone = hostedZone?.name;
  for (const lane of ['api', 'ws'] as const) {
    const host = hosts?.[lane];
    if (host && zone && !isInZone(host, zone)) {
      yield {
        path: ['hosts', lane],
        value: host,
        rule: `must be in the hosted zone ${zone}`,
        mend: `write "${host.split('.')[0]}.${zone}", or name the hosted zone that ${host} is in`,
      };
    }
  }
}

/** On one name, one entry point would get the requests of both lanes. */
function* hostsDiffer({ hosts }: Sound<StageSettings>): Iterable<Finding> {
  if (hosts?.ws && hosts.ws === hosts.api) {
    yield {
      path: ['hosts', 'ws'],
      value: hosts.ws,
      rule: 'must not be the host of the HTTP lane',
      mend: 'give each lane a host name of its own, such as "api.example.com" and "ws.example.com"',
    };
  }
}

/** ALB and API Gateway take a certificate of their own Region and account only. */
function* certificateOfStack({ certificate, region, account }: Sound<StageSettings>): Iterable<Finding> {
  const arn = certificate?.arn;
  if (!arn) return;
  const [, , , regionOfArn, accountOfArn] = arn.split(':');
  const finding = { path: ['certificate', 'arn'], value: arn };
  if (region && regionOfArn !== region) {
    const mend = `request a certificate in ${region}, or take the certificate block out: one is made`;
    yield { ...finding, rule: `must be in the Region of the stack, ${region}`, mend };
  }
  if (account && accountOfArn !== account) {
    const mend = `request a certificate in ${account}, or take the certificate block out: one is made`;
    yield { ...finding, rule: `must be in the account of the stack, ${account}`, mend };
  }
}

function* certificateCoversHosts({ certificate, hosts }: Sound<StageSettings>): Iterable<Finding> {
  const names = certificate?.names;
  // An unsound name may be the one meant for the host: it is told already, and once is enough.
  if (!names || each(names).length < names.length) return;
  for (const host of [hosts?.api, hosts?.ws]) {
    if (host && !names.some((name) => covers(name, host))) {
      yield {
        path: ['certificate', 'names'],
        value: names,
        rule: `must cover ${host}; a wildcard stands for one label`,
        mend: `use a certificate that covers ${host}, or take the certificate block out: one is made`,
      };
    }
  }
}

/** An empty list would lock every page out. */
function* someOrigin({ allowedOrigins }: Sound<StageSettings>): Iterable<Finding> {
  if (allowedOrigins?.length === 0) {
    yield {
      path: ['allowedOrigins'],
      value: allowedOrigins,
      rule: 'must hold at least one origin',
      mend: 'add the origin of the site that uses the API, such as "https://app.example.com"',
    };
  }
}

/** An issuer is needed for `oidc`, and would be ignored for the others. */
function* issuerWithOidc({ authentication }: Sound<StageSettings>): Iterable<Finding> {
  const type = authentication?.type;
  for (const key of ['issuer', 'audience'] as const) {
    const value = authentication?.[key];
    if (type === 'oidc' && value === undefined) {
      const mend = `add it, or set type to "cognito": a user pool is made`;
      yield { path: ['authentication', key], value, rule: 'must be there if the type is oidc', mend };
    }
    if (type && type !== 'oidc' && value !== undefined) {
      const mend = 'take it out, or set type to "oidc"';
      yield { path: ['authentication', key], value, rule: `must not be there if the type is ${type}`, mend };
    }
  }
}

/** The items of a list with their indexes, without the holes that unsound items left. */
function each(list: readonly string[] = []): [number, string][] {
  return [...list.entries()].filter(([index]) => index in list);
}

export const rules: readonly Rule[] = [
  enoughZones,
  zonesOfRegion,
  nothingTwice,
  hostsInZone,
  hostsDiffer,
  certificateOfStack,
  certificateCoversHosts,
  someOrigin,
  issuerWithOidc,
];
