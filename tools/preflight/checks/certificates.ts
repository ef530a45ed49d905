import { type CertificateDetail, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { covers } from '../../../lib/domains/host-names';
import { Output } from '../../../lib/outputs';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import { type Existing, ifItExists } from '../if-it-exists';
import type { PlannedResource, PlannedStack } from '../planned-stack';
import { literal, object, objects, ofType, recordsOf, refersTo, unique } from '../resources';

/** A use of a certificate that exists already, because the template has its ARN. */
interface Use {
  readonly arn: string;
  /** Empty if the template does not contain them. */
  readonly hosts: readonly string[];
  /** Region in which the service looks for the certificate. */
  readonly region: string;
  /** Setting with the ARN. */
  readonly setting: string;
}

/** Checks imported certificates. A certificate of the stack is created, and needs only the hosted zone. */
export function certificateChecks(planned: PlannedStack, aws: Aws): Check[] {
  const uses = [...usesOfDomains(planned), ...usesOfListeners(planned), ...usesOfDistributions(planned)];
  return unique(uses.map(({ arn }) => arn)).flatMap((arn) => {
    const ofArn = uses.filter((use) => use.arn === arn);
    const hosts = unique(ofArn.flatMap((one) => one.hosts));
    const regions = unique(ofArn.map(({ region }) => region));
    const settings = unique(ofArn.map(({ setting }) => setting));
    const [, , , region = ''] = arn.split(':');
    const query: Query<Existing<CertificateDetail>> = {
      action: 'acm:DescribeCertificate',
      arn,
      subject: `the certificate ${arn}`,
      run: () =>
        ifItExists(
          async () => (await aws.acm(region).send(new DescribeCertificateCommand({ CertificateArn: arn }))).Certificate,
        ),
    };
    const name = `The imported certificate ${hosts.length > 0 ? `of ${hosts.join(' and ')}` : arn}`;
    const covering = check(`${name} covers each host`, [query], ({ existing }) => {
      const names = existing?.SubjectAlternativeNames ?? (existing?.DomainName ? [existing.DomainName] : []);
      const passed = hosts.every((host) => names.some((one) => covers(one.toLowerCase(), host)));
      const found = names.join(', ') || 'no names';
      return { passed, found: passed ? found : `${found}. Fix: request a certificate for ${hosts.join(' and ')}.` };
    });
    return [
      check(`${name} is issued, and in ${regions.join(' and ')}`, [query], ({ existing }) => {
        const passed = existing?.Status === 'ISSUED' && regions.every((one) => one === region);
        const found = existing ? `${existing.Status ?? 'not set'}, in ${region}` : `no such certificate in ${region}`;
        return {
          passed,
          found: passed ? found : `${found}. Fix: set ${settings.join(' and ')} to an issued one of that Region.`,
        };
      }),
      ...(hosts.length > 0 ? [covering] : []),
    ];
  });
}

function usesOfDomains(planned: PlannedStack): Use[] {
  return ofType(planned, 'AWS::ApiGatewayV2::DomainName').flatMap(({ properties }) => {
    const host = literal(properties.DomainName);
    return objects(properties.DomainNameConfigurations).flatMap(({ CertificateArn }) =>
      use(CertificateArn, host ? [host] : [], planned.region),
    );
  });
}

function usesOfListeners(planned: PlannedStack): Use[] {
  const webSocketHost = webSocketHostOf(planned);
  return ofType(planned, 'AWS::ElasticLoadBalancingV2::Listener').flatMap(({ id, properties }) => {
    const hosts = hostsOf(properties, planned);
    const added = ofType(planned, 'AWS::ElasticLoadBalancingV2::ListenerCertificate').filter((one) =>
      refersTo(one.properties.ListenerArn, id),
    );
    const uses = (certificates: unknown, ofCertificates: readonly string[]) =>
      objects(certificates).flatMap(({ CertificateArn }) => use(CertificateArn, ofCertificates, planned.region));
    // A listener that the lanes share has a second certificate if the first does not cover the WebSocket host.
    return added.length === 0
      ? uses(properties.Certificates, hosts)
      : [
          ...uses(
            properties.Certificates,
            hosts.filter((host) => host !== webSocketHost),
          ),
          ...added.flatMap((one) => uses(one.properties.Certificates, webSocketHost ? [webSocketHost] : [])),
        ];
  });
}

/** Hosts for which a listener answers. If the records are elsewhere, or the load balancer is internal, only the outputs have the names. */
function hostsOf(listener: PlannedResource['properties'], planned: PlannedStack): string[] {
  const loadBalancers = loadBalancersOf(listener, planned);
  const ofRecords = recordsOf(planned)
    .filter(({ target }) => loadBalancers.some(({ id }) => refersTo(target, id)))
    .map(({ host }) => host);
  if (ofRecords.length > 0) {
    return unique(ofRecords);
  }
  const isIn = (name: string) => loadBalancers.some(({ id }) => refersTo(planned.outputs[name], id));
  const hasServers = isIn(Output.WEBSOCKET_LOAD_BALANCER_ARN);
  const hosts = [
    ...(hasServers && !isIn(Output.LOAD_BALANCER_ARN) ? [] : [httpHostOf(planned)]),
    ...(hasServers ? [webSocketHostOf(planned)] : []),
  ];
  return unique(hosts.flatMap((host) => host ?? []));
}

/** Host of the HTTP lane. With a distribution, it is not that of the URL. */
function httpHostOf(planned: PlannedStack): string | undefined {
  return literal(planned.outputs[Output.HTTP_HOST]) ?? hostOf(planned, Output.HTTP_URL);
}

function webSocketHostOf(planned: PlannedStack): string | undefined {
  return literal(planned.outputs[Output.WEBSOCKET_HOST]) ?? hostOf(planned, Output.WEBSOCKET_URL);
}

/** Host of the URL in an output. */
function hostOf({ outputs }: PlannedStack, output: string): string | undefined {
  const url = literal(outputs[output]);
  return url && new URL(url).hostname;
}

function loadBalancersOf({ LoadBalancerArn }: PlannedResource['properties'], planned: PlannedStack): PlannedResource[] {
  return ofType(planned, 'AWS::ElasticLoadBalancingV2::LoadBalancer').filter(({ id }) => refersTo(LoadBalancerArn, id));
}

/** CloudFront uses only certificates of us-east-1. */
function usesOfDistributions(planned: PlannedStack): Use[] {
  return ofType(planned, 'AWS::CloudFront::Distribution').flatMap(({ properties }) => {
    const { Aliases, ViewerCertificate } = object(properties.DistributionConfig);
    const hosts = (Array.isArray(Aliases) ? Aliases : []).flatMap((alias) => literal(alias) ?? []);
    return use(object(ViewerCertificate).AcmCertificateArn, hosts, 'us-east-1', 'certificateArn of the gateway');
  });
}

function use(certificate: unknown, hosts: readonly string[], region: string, setting = 'certificate'): Use[] {
  const arn = literal(certificate);
  return arn ? [{ arn, hosts, region, setting }] : [];
}
