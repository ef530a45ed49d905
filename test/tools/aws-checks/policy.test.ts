import * as fc from 'fast-check';
import { policy } from '../../../tools/aws-checks/policy';

describe('The IAM policy of the queries', () => {
  it('allows each action once on all its ARNs, in a fixed order', () => {
    const queries = [
      { action: 'lambda:GetFunctionConfiguration', arn: 'arn:b' },
      { action: 'acm:DescribeCertificate', arn: 'arn:c' },
      { action: 'lambda:GetFunctionConfiguration', arn: 'arn:a' },
      { action: 'lambda:GetFunctionConfiguration', arn: 'arn:b' },
    ];

    expect(policy(queries)).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'acm:DescribeCertificate', Resource: ['arn:c'] },
        { Effect: 'Allow', Action: 'lambda:GetFunctionConfiguration', Resource: ['arn:a', 'arn:b'] },
      ],
    });
  });

  it('allows exactly the calls of the queries, in any order', () => {
    const query = fc.record({ action: fc.constantFrom('a:Get', 'b:Get'), arn: fc.constantFrom('1', '2', '*') });
    fc.assert(
      fc.property(fc.array(query), (queries) => {
        const allowed = policy(queries).Statement.flatMap(({ Action, Resource }) =>
          Resource.map((arn) => `${Action} ${arn}`),
        );

        expect(allowed).toEqual([...new Set(queries.map(({ action, arn }) => `${action} ${arn}`))].sort());
        expect(policy([...queries].reverse())).toEqual(policy(queries));
      }),
    );
  });
});
