import { BlockList, isIPv6 } from 'node:net';
import type { RequestFacts } from './request-facts';
import { matchesWildcard } from './wildcard';

/**
 * A rule's condition in CloudFormation's form: the values are in `HostHeaderConfig` and similar properties, or, for hosts
 * and paths, in `Values`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-elasticloadbalancingv2-listenerrule-rulecondition.html
 */
export interface Condition {
  readonly Field: string;
  readonly Values?: readonly string[];
  readonly HostHeaderConfig?: { readonly Values?: readonly string[] };
  readonly PathPatternConfig?: { readonly Values?: readonly string[] };
  readonly HttpHeaderConfig?: { readonly HttpHeaderName: string; readonly Values?: readonly string[] };
  readonly HttpRequestMethodConfig?: { readonly Values?: readonly string[] };
  readonly QueryStringConfig?: { readonly Values?: readonly { readonly Key?: string; readonly Value: string }[] };
  readonly SourceIpConfig?: { readonly Values?: readonly string[] };
}

type Test = (condition: Condition, request: RequestFacts) => boolean;

const ignoreCase = { ignoreCase: true };

/** Field → test that any of the condition's values matches. Case sensitivity is the same as on AWS. */
const TESTS: Readonly<Record<string, Test>> = {
  'host-header': ({ HostHeaderConfig, Values }, { hosts }) =>
    any(HostHeaderConfig?.Values ?? Values, (value) => hosts.some((host) => matchesWildcard(value, host, ignoreCase))),

  'path-pattern': ({ PathPatternConfig, Values }, { path }) =>
    any(PathPatternConfig?.Values ?? Values, (value) => matchesWildcard(value, path, { ignoreCase: false })),

  'http-header': ({ HttpHeaderConfig }, { headers }) =>
    any(headers[HttpHeaderConfig?.HttpHeaderName.toLowerCase() ?? ''], (sent) =>
      any(HttpHeaderConfig?.Values, (value) => matchesWildcard(value, sent, ignoreCase)),
    ),

  'http-request-method': ({ HttpRequestMethodConfig }, { method }) =>
    any(HttpRequestMethodConfig?.Values, (value) => value === method),

  'query-string': ({ QueryStringConfig }, { query }) =>
    any(query.split('&'), (parameter) => {
      const [key = '', ...value] = parameter.split('=');
      return any(
        QueryStringConfig?.Values,
        ({ Key, Value }) =>
          (Key === undefined || matchesWildcard(Key, key, ignoreCase)) &&
          matchesWildcard(Value, value.join('='), ignoreCase),
      );
    }),

  'source-ip': ({ SourceIpConfig }, { sourceIp }) => any(SourceIpConfig?.Values, (block) => contains(block, sourceIp)),
};

export function isKnown({ Field }: Condition): boolean {
  return Field in TESTS;
}

/** @returns true if the request matches the condition. No request matches a condition whose field is not known */
export function meets(request: RequestFacts, condition: Condition): boolean {
  return TESTS[condition.Field]?.(condition, request) ?? false;
}

function any<T>(values: readonly T[] | undefined, test: (value: T) => boolean): boolean {
  return values?.some(test) ?? false;
}

/** @param block `10.0.0.0/8`, `2001:db8::/32` */
function contains(block: string, address: string): boolean {
  const [network = '', prefix = ''] = block.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), isIPv6(network) ? 'ipv6' : 'ipv4');
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
