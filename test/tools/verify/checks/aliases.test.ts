import { Output } from '../../../../lib/outputs';
import type { Answers } from '../passing-deployment';
import { finding, verified } from '../mocked-aws';

const ONE_VERSION = 'Each alias of a function sends all invocations to one version';

/** An alias of `push` that sends a part of the invocations to another version. The other functions have none. */
const divided = (weights: Record<string, number>): Partial<Answers> => ({
  ListAliases: ({ FunctionName }) => ({
    Aliases:
      FunctionName === 'push'
        ? [{ Name: 'live', FunctionVersion: '6', RoutingConfig: { AdditionalVersionWeights: weights } }]
        : [],
  }),
});

describe('The check of the aliases', () => {
  it('passes for functions without an alias, and for an alias without weights', async () => {
    expect(await finding(ONE_VERSION, divided({}))).toMatchObject({ result: 'passed', found: 'one version each' });
  });

  it('is pending while an alias has two versions, and names them with their shares', async () => {
    expect(await finding(ONE_VERSION, divided({ 7: 0.1 }))).toMatchObject({
      result: 'pending',
      found: 'push:live: 10 % to version 7, and the others to version 6',
    });
  });

  it('does not exist without functions', async () => {
    const outputs = { [Output.FUNCTIONS]: 'none', [Output.WEBSOCKET_SCALABLE_TARGETS]: 'none' };
    const found = await verified({}, outputs);

    expect(found.map(({ expected }) => expected)).not.toContain(ONE_VERSION);
  });
});
