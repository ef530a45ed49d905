import { Output } from '../../../../lib/outputs';
import { alias, LOAD_BALANCER_DETAIL, RECORDS } from '../passing-deployment';
import { finding, itFailsFor, verified } from '../mocked-aws';

const without = (name: string, type: string) =>
  RECORDS.filter((record) => record.Name !== name || record.Type !== type);

describe('The checks of the DNS records', () => {
  itFailsFor('api.example.com has an A alias to the load balancer', [
    [
      'no such record',
      { ListResourceRecordSets: () => ({ ResourceRecordSets: without('api.example.com.', 'A') }) },
      'no A record',
    ],
    [
      'an alias to something else',
      {
        ListResourceRecordSets: () => ({
          ResourceRecordSets: [alias('api.example.com.', 'A', 'old-1.us-east-1.elb.amazonaws.com.')],
        }),
      },
      'old-1.us-east-1.elb.amazonaws.com.',
    ],
    [
      'a second, weighted record that points elsewhere',
      {
        ListResourceRecordSets: () => ({
          ResourceRecordSets: [...RECORDS, alias('api.example.com.', 'A', 'old-1.us-east-1.elb.amazonaws.com.')],
        }),
      },
      'dualstack.lane-1.us-east-1.elb.amazonaws.com., old-1.us-east-1.elb.amazonaws.com.',
    ],
    [
      'plain addresses',
      {
        ListResourceRecordSets: () => ({
          ResourceRecordSets: [{ Name: 'api.example.com.', Type: 'A', ResourceRecords: [{ Value: '192.0.2.1' }] }],
        }),
      },
      'a record that is not an alias',
    ],
    [
      'a load balancer without a name',
      { DescribeLoadBalancers: () => ({ LoadBalancers: [{ ...LOAD_BALANCER_DETAIL, DNSName: undefined }] }) },
      'dualstack.lane-1.us-east-1.elb.amazonaws.com.',
    ],
  ]);

  itFailsFor('api.example.com has an AAAA alias to the load balancer', [
    [
      'no IPv6',
      { ListResourceRecordSets: () => ({ ResourceRecordSets: without('api.example.com.', 'AAAA') }) },
      'no AAAA record',
    ],
  ]);

  itFailsFor('ws.example.com has an A alias to its custom domain', [
    [
      'an alias to the other lane',
      {
        ListResourceRecordSets: () => ({
          ResourceRecordSets: [alias('ws.example.com.', 'A', 'dualstack.lane-1.us-east-1.elb.amazonaws.com.')],
        }),
      },
      'dualstack.lane-1.us-east-1.elb.amazonaws.com.',
    ],
  ]);

  itFailsFor('ws.example.com has an AAAA alias to its custom domain', [
    [
      'records of later names only, with which the list continues',
      {
        ListResourceRecordSets: () => ({
          ResourceRecordSets: [alias('wss.example.com.', 'AAAA', 'd-1.execute-api.us-east-1.amazonaws.com.')],
        }),
      },
      'no AAAA record',
    ],
  ]);

  it('expect no AAAA record of the HTTP host if the load balancer has IPv4 only', async () => {
    const expectations = (await verified({}, { [Output.LOAD_BALANCER_IP_ADDRESS_TYPE]: 'ipv4' })).map(
      ({ expected }) => expected,
    );

    expect(expectations).toContain('api.example.com has an A alias to the load balancer');
    expect(expectations).not.toContain('api.example.com has an AAAA alias to the load balancer');
    expect(expectations).toContain('ws.example.com has an AAAA alias to its custom domain');
  });

  it('ignore the dualstack prefix, the final dot, and upper and lower case', async () => {
    const changed = {
      ListResourceRecordSets: () => ({
        ResourceRecordSets: [alias('api.example.com', 'A', 'LANE-1.us-east-1.elb.amazonaws.com')],
      }),
    };

    expect(await finding('api.example.com has an A alias to the load balancer', changed)).toMatchObject({
      result: 'passed',
    });
  });
});
