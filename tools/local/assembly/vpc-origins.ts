import type { Assembly } from './assembly';

/** An origin of a distribution that is reached within a VPC. */
export interface VpcOrigin {
  /** Id of the VPC origin, to which several origins can refer. */
  readonly id: string;
  readonly domainName: string;
  readonly loadBalancerArn: string;
  /** Port of the listener. */
  readonly port: number;
}

/** Reads the origins of all distributions that refer to an `AWS::CloudFront::VpcOrigin` of the assembly. */
export function vpcOriginsOf(assembly: Assembly): VpcOrigin[] {
  const endpoints = new Map(
    assembly.ofType('AWS::CloudFront::VpcOrigin').map((resource) => {
      const endpoint = resource.property('VpcOriginEndpointConfig');
      const plain = endpoint.at('OriginProtocolPolicy').optionalText() === 'http-only';
      const port = plain ? endpoint.at('HTTPPort').number(80) : endpoint.at('HTTPSPort').number(443);
      return [resource.identity.ref, { loadBalancerArn: endpoint.at('Arn').text(), port }];
    }),
  );
  return assembly
    .ofType('AWS::CloudFront::Distribution')
    .flatMap((distribution) => distribution.property('DistributionConfig').at('Origins').items())
    .flatMap((origin) => {
      const id = origin.at('VpcOriginConfig').at('VpcOriginId').optionalText() ?? '';
      const endpoint = endpoints.get(id);
      return endpoint ? [{ id, domainName: origin.at('DomainName').text(), ...endpoint }] : [];
    });
}
