import { LaneNetwork } from '../../../lib/network/lane-network';
import { exampleVpc, twinlane } from '../../lib/lanes';
import { testStack } from '../../lib/synthesized';
import { expectUpdates, templateOf } from './expect-updates';
import { PROPS, type Props } from './props';
import type { CfnTemplate } from './template';

jest.spyOn(console, 'error').mockImplementation();

/** By default with an existing network, because a stack without a network of its own is synthesized in half the time. */
function synthesized(propsOf: Props): CfnTemplate {
  const stack = testStack();
  const props = propsOf(stack);
  twinlane(stack, { ...props, network: props.network ?? LaneNetwork.fromVpc(exampleVpc(stack)) });
  return templateOf(stack);
}

expectUpdates(
  'Props',
  Object.entries(PROPS).map(([name, values]) => [name, values.map(synthesized)]),
);
