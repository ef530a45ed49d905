import { Output } from '../../../../lib/outputs';
import { LOAD_BALANCER } from '../passing-deployment';
import { itFailsFor, verified } from '../mocked-aws';

const ASSOCIATED = 'The web ACL is associated with the load balancer';

describe('The check of the web ACL', () => {
  itFailsFor(ASSOCIATED, [
    ['no association', { ListResourcesForWebACL: () => ({ ResourceArns: [] }) }, 'no load balancer'],
    [
      'another load balancer',
      { ListResourcesForWebACL: () => ({ ResourceArns: [`${LOAD_BALANCER}2`] }) },
      `${LOAD_BALANCER}2`,
    ],
  ]);

  it('does not exist if the stack has no web ACL', async () => {
    const found = await verified({}, { [Output.WEB_ACL_ARN]: undefined });

    expect(found.map(({ expected }) => expected)).not.toContain(ASSOCIATED);
  });
});
