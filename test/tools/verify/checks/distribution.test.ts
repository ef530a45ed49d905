import { Output } from '../../../../lib/outputs';
import { type Answers, alias, CERTIFICATE_DETAIL, DISTRIBUTED, DOMAIN, RECORDS } from '../kept-promises';
import { itIsBrokenBy, verified } from '../mocked-aws';

const API_ALIAS = 'd-1.execute-api.us-east-1.amazonaws.com.';

const RECORDS_BEHIND = [
  ...RECORDS.filter(({ Name }) => Name !== 'ws.example.com.'),
  alias('ws.example.com.', 'A', 'd1.cloudfront.net.'),
  alias('ws.example.com.', 'AAAA', 'd1.cloudfront.net.'),
  alias('ws-origin.example.com.', 'A', API_ALIAS),
  alias('ws-origin.example.com.', 'AAAA', API_ALIAS),
];

/** What AWS answers where a distribution stands in front of the API. */
const BEHIND: Partial<Answers> = {
  ListResourceRecordSets: () => ({ ResourceRecordSets: RECORDS_BEHIND }),
  GetDomainName: () => ({
    DomainNameConfigurations: [{ ...DOMAIN, CertificateArn: DISTRIBUTED[Output.MANAGEMENT_CERTIFICATE_ARN] }],
  }),
  DescribeCertificate: ({ CertificateArn }) => ({
    Certificate: { ...CERTIFICATE_DETAIL, SubjectAlternativeNames: [hostOf(CertificateArn)] },
  }),
};

function hostOf(certificateArn: string | undefined): string {
  return (
    {
      [DISTRIBUTED[Output.WEBSOCKET_CERTIFICATE_ARN]]: 'ws.example.com',
      [DISTRIBUTED[Output.MANAGEMENT_CERTIFICATE_ARN]]: 'ws-origin.example.com',
    }[certificateArn ?? ''] ?? 'api.example.com'
  );
}

describe('a distribution in front of the API', () => {
  it('has promises of its own: the host leads to it, and the API has another', async () => {
    const found = await verified(BEHIND, DISTRIBUTED);

    expect(found.filter(({ verdict }) => verdict !== 'kept')).toEqual([]);
    expect(found.map(({ promise }) => promise)).toEqual(
      expect.arrayContaining([
        'ws.example.com has an A alias to the distribution d1.cloudfront.net',
        'ws.example.com has an AAAA alias to the distribution d1.cloudfront.net',
        'ws-origin.example.com has an A alias to its custom domain',
        'ws-origin.example.com has an AAAA alias to its custom domain',
        'The certificate of ws.example.com names every host',
        'The certificate of ws-origin.example.com names every host',
        'ws-origin.example.com presents the promised certificate',
        'ws-origin.example.com maps to the stage live of api1, and to nothing else',
      ]),
    );
    expect(found.map(({ promise }) => promise)).not.toContain('ws.example.com has an A alias to its custom domain');
  });

  itIsBrokenBy('ws.example.com has an A alias to the distribution d1.cloudfront.net', [
    [
      'a record that leads past it, to the API',
      {
        ListResourceRecordSets: () => ({
          ResourceRecordSets: [...RECORDS, alias('ws-origin.example.com.', 'A', API_ALIAS)],
        }),
      },
      API_ALIAS,
      DISTRIBUTED,
    ],
  ]);

  itIsBrokenBy('ws-origin.example.com has an A alias to its custom domain', [
    ['no record', { ListResourceRecordSets: () => ({ ResourceRecordSets: RECORDS }) }, 'no A record', DISTRIBUTED],
  ]);

  it('is asked about at the API’s own host', async () => {
    const names = new Set<string | undefined>();
    await verified(
      {
        ...BEHIND,
        GetDomainName: ({ DomainName }) => {
          names.add(DomainName);
          return {};
        },
      },
      DISTRIBUTED,
    );

    expect([...names]).toEqual(['ws-origin.example.com']);
  });
});
