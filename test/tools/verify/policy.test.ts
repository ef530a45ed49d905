import * as fc from 'fast-check';
import { policy } from '../../../tools/verify/policy';

describe('policy', () => {
  it('allows each action on the ARNs it is needed on, once, in a fixed order', () => {
    const questions = [
      { action: 'lambda:GetFunctionConfiguration', arn: 'arn:b' },
      { action: 'acm:DescribeCertificate', arn: 'arn:c' },
      { action: 'lambda:GetFunctionConfiguration', arn: 'arn:a' },
      { action: 'lambda:GetFunctionConfiguration', arn: 'arn:b' },
    ];

    expect(policy(questions)).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'acm:DescribeCertificate', Resource: ['arn:c'] },
        { Effect: 'Allow', Action: 'lambda:GetFunctionConfiguration', Resource: ['arn:a', 'arn:b'] },
      ],
    });
  });

  it('allows exactly what is asked, in whatever order', () => {
    const question = fc.record({ action: fc.constantFrom('a:Get', 'b:Get'), arn: fc.constantFrom('1', '2', '*') });
    fc.assert(
      fc.property(fc.array(question), (questions) => {
        const allowed = policy(questions).Statement.flatMap(({ Action, Resource }) =>
          Resource.map((arn) => `${Action} ${arn}`),
        );

        expect(allowed).toEqual([...new Set(questions.map(({ action, arn }) => `${action} ${arn}`))].sort());
        expect(policy([...questions].reverse())).toEqual(policy(questions));
      }),
    );
  });
});
