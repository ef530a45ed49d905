import { alias, BEHIND_DISTRIBUTION, DISTRIBUTED, RECORDS } from '../passing-deployment';
import { itFailsFor, verified } from '../mocked-aws';

const API_ALIAS = 'd-1.execute-api.us-east-1.amazonaws.com.';

describe('The checks of a distribution in front of the API', () => {
  it('include an alias to the distribution, and the host of the API itself', async () => {
    const found = await verified(BEHIND_DISTRIBUTION, DISTRIBUTED);

    expect(found.filter(({ result }) => result !== 'passed')).toEqual([]);
    expect(found.map(({ expected }) => expected)).toEqual(
      expect.arrayContaining([
        'ws.example.com has an A alias to the distribution d1.cloudfront.net',
        'ws.example.com has an AAAA alias to the distribution d1.cloudfront.net',
        'ws-origin.example.com has an A alias to its custom domain',
        'ws-origin.example.com has an AAAA alias to its custom domain',
        'The certificate of ws.example.com covers each host',
        'The certificate of ws-origin.example.com covers each host',
        'ws-origin.example.com has the expected certificate',
        'ws-origin.example.com maps only to the stage live of the API api1',
      ]),
    );
    expect(found.map(({ expected }) => expected)).not.toContain('ws.example.com has an A alias to its custom domain');
  });

  itFailsFor('ws.example.com has an A alias to the distribution d1.cloudfront.net', [
    [
      'a record that bypasses it and points to the API',
      {
        ListResourceRecordSets: () => ({
          ResourceRecordSets: [...RECORDS, alias('ws-origin.example.com.', 'A', API_ALIAS)],
        }),
      },
      API_ALIAS,
      DISTRIBUTED,
    ],
  ]);

  itFailsFor('ws-origin.example.com has an A alias to its custom domain', [
    ['no record', { ListResourceRecordSets: () => ({ ResourceRecordSets: RECORDS }) }, 'no A record', DISTRIBUTED],
  ]);

  it('read the custom domain of the API itself', async () => {
    const names = new Set<string | undefined>();
    await verified(
      {
        ...BEHIND_DISTRIBUTION,
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
