import type { Pass } from '../../../tools/probe/measurements';
import { everyPass } from '../../../tools/probe/passes';
import { NOTICEABLE } from '../../../tools/probe/thresholds';
import { pass } from './measured';

/** @returns the passes that the probe measures if each has these changes, as `name sockets` */
async function measuredPasses(changes: (name: Pass['name']) => Partial<Pass>): Promise<string[]> {
  const passes: Pass[] = [];
  const order: string[] = [];
  const once = async (name: Pass['name'], count: number) => {
    const result = pass(name, changes(name));
    passes.push(result);
    order.push(`${name} ${count}`);
    return result;
  };
  await everyPass(20, once, passes);
  return order;
}

describe('The probe measures requests', () => {
  it('without sockets, with one, with silent ones and in a storm', async () => {
    expect(await measuredPasses(() => ({}))).toEqual(['idle 0', 'open 1', 'silent 20', 'storm 20']);
  });

  it('in no storm if silent sockets already stall requests', async () => {
    const passes = await measuredPasses((name) => ({ stalled: name === 'silent' ? 1 : 0 }));

    expect(passes).toEqual(['idle 0', 'open 1', 'silent 20']);
  });

  it('once more with and without sockets if sockets slow them by more than 100 ms', async () => {
    const slowBy = (ms: number) => measuredPasses((name) => ({ ms: [name === 'silent' ? 160 + ms : 160] }));

    expect(await slowBy(NOTICEABLE)).toEqual(['idle 0', 'open 1', 'silent 20', 'storm 20']);
    expect(await slowBy(NOTICEABLE + 1)).toEqual(['idle 0', 'open 1', 'silent 20', 'idle 0', 'silent 20', 'storm 20']);
  });
});
