import { Arn, ArnFormat, Stack, Token } from 'aws-cdk-lib';
import {
  Certificate,
  CertificateValidation,
  type ICertificate,
  KeyAlgorithm,
} from 'aws-cdk-lib/aws-certificatemanager';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { covers, LONGEST_FIRST_NAME } from './host-names';

/** Context of the certificates. */
export interface LaneCertificatesScope {
  /** Hosted zone of the hosts; undefined if their records are elsewhere. */
  readonly hostedZone?: IHostedZone;
  readonly httpHostName: string;
  readonly webSocketHostName: string;
}

/** The certificate of each lane. */
export interface LaneCertificatesConfig {
  readonly http: ICertificate;
  readonly webSocket: ICertificate;

  /** Problems of the certificates, each with the value received and a fix, reported at synthesis. */
  readonly problems: string[];
}

/** Source of the lanes' certificates. */
export abstract class LaneCertificates {
  /** One certificate with both names, with one validation and one renewal. */
  static san(): LaneCertificates {
    return new CreatedCertificates((scope, { hostedZone, httpHostName, webSocketHostName }) => {
      const certificate = createCertificate(scope, 'Certificate', {
        hostedZone,
        // The same name twice, if a gateway shares one host.
        names: [httpHostName, ...(webSocketHostName === httpHostName ? [] : [webSocketHostName])],
      });
      return { http: certificate, webSocket: certificate };
    });
  }

  /** One wildcard certificate for all names directly below the hosted zone: new hosts need no new certificate. */
  static wildcard(): LaneCertificates {
    return new WildcardCertificate();
  }

  /** One certificate for each lane: a failed validation affects only one lane. */
  static perLane(): LaneCertificates {
    return new CreatedCertificates((scope, { hostedZone, httpHostName, webSocketHostName }) => ({
      http: createCertificate(scope, 'ApiCertificate', { hostedZone, names: [httpHostName] }),
      webSocket: createCertificate(scope, 'WsCertificate', { hostedZone, names: [webSocketHostName] }),
    }));
  }

  /**
   * An existing certificate in the stack's Region.
   *
   * @param certificate - the certificate
   * @param names - the names of the certificate, to check that it covers both hosts. Without them, nothing is checked
   */
  static imported(certificate: ICertificate, names?: readonly string[]): LaneCertificates {
    return new ImportedCertificate(certificate, names);
  }

  /** Creates the certificates below `scope`. */
  abstract bind(scope: Construct, hosts: LaneCertificatesScope): LaneCertificatesConfig;
}

type Create = (scope: Construct, hosts: LaneCertificatesScope) => { http: Created; webSocket: Created };

class CreatedCertificates extends LaneCertificates {
  constructor(private readonly create: Create) {
    super();
  }

  bind(scope: Construct, hosts: LaneCertificatesScope): LaneCertificatesConfig {
    const { http, webSocket } = this.create(scope, hosts);
    return {
      http: http.certificate,
      webSocket: webSocket.certificate,
      problems: [...new Set([http, webSocket].flatMap(({ problems }) => problems))],
    };
  }
}

class WildcardCertificate extends LaneCertificates {
  bind(scope: Construct, hosts: LaneCertificatesScope): LaneCertificatesConfig {
    const { hostedZone } = hosts;
    // Without a zone, any name does: the certificate is not deployed, because the missing zone is a problem.
    const name = `*.${hostedZone?.zoneName ?? hosts.httpHostName}`;
    const { certificate, problems } = createCertificate(scope, 'Certificate', { hostedZone, names: [name] });
    return {
      http: certificate,
      webSocket: certificate,
      problems: [...problems, ...(hostedZone ? uncovered([name], hosts) : [])],
    };
  }
}

class ImportedCertificate extends LaneCertificates {
  constructor(
    private readonly certificate: ICertificate,
    private readonly names: readonly string[] | undefined,
  ) {
    super();
  }

  bind(scope: Construct, hosts: LaneCertificatesScope): LaneCertificatesConfig {
    const problems = this.names ? uncovered(this.names, hosts) : [];
    const arn = this.certificate.certificateArn;
    const wanted = Stack.of(scope).region;
    const region = Token.isUnresolved(arn) ? undefined : Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME).region;
    if (region && !Token.isUnresolved(wanted) && region !== wanted) {
      problems.push(`certificate must be in the stack's Region ${wanted}, got ${arn}. Fix: import one from ${wanted}`);
    }
    return { http: this.certificate, webSocket: this.certificate, problems };
  }
}

function uncovered(names: readonly string[], hosts: LaneCertificatesScope): string[] {
  const { hostedZone, httpHostName, webSocketHostName } = hosts;
  const fix = hostedZone ? 'use LaneCertificates.san()' : 'import one that covers it';
  return [...new Set([httpHostName, webSocketHostName])]
    .filter((host) => ![host, ...names].some(Token.isUnresolved) && !names.some((name) => covers(name, host)))
    .map(
      (host) =>
        `certificate must cover ${host}, got one for ${names.join(', ')}, and a wildcard covers one label only. Fix: ${fix}`,
    );
}

/** A certificate, and its problems, each with the value received and a fix. */
interface Created {
  readonly certificate: Certificate;
  readonly problems: readonly string[];
}

interface CertificateToCreate {
  /** Undefined is a problem. */
  readonly hostedZone: IHostedZone | undefined;

  /** Names of the certificate. */
  readonly names: readonly [string, ...string[]];

  /** The way to import a certificate instead. @default 'LaneCertificates.imported()' */
  readonly alternative?: string;
}

/** Creates a certificate that ACM validates by records in the hosted zone. */
export function createCertificate(
  scope: Construct,
  id: string,
  { hostedZone, names: [first, ...others], alternative = 'LaneCertificates.imported()' }: CertificateToCreate,
): Created {
  const tooLong = !Token.isUnresolved(first) && first.length > LONGEST_FIRST_NAME;
  const problems: string[] = [];
  if (!hostedZone) {
    problems.push(
      `a new certificate requires the public hosted zone of its hosts, in which ACM validates it, got none. Fix: give the hosted zone, or use ${alternative}`,
    );
  } else if (tooLong) {
    problems.push(
      `the first name of a certificate must have at most ${LONGEST_FIRST_NAME} characters, got ${first}. Fix: use a shorter host name, or ${alternative}`,
    );
  }
  const certificate = new Certificate(scope, id, {
    // The construct throws for a name that is too long. The validation reports it with all other problems.
    domainName: tooLong ? first.slice(-LONGEST_FIRST_NAME) : first,
    ...(others.length > 0 && { subjectAlternativeNames: others }),
    validation: CertificateValidation.fromDns(hostedZone),
    keyAlgorithm: KeyAlgorithm.EC_PRIME256V1,
  });
  return { certificate, problems };
}
