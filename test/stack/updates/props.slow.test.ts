import { twinlane } from '../../lib/lanes';
import { testStack } from '../../lib/synthesized';
import { expectUpdates, templateOf } from './expect-updates';
import { PROPS, type Props } from './props';
import type { CfnTemplate } from './template';

jest.spyOn(console, 'error').mockImplementation();

function synthesized(props: Props): CfnTemplate {
  const stack = testStack();
  twinlane(stack, props(stack));
  return templateOf(stack);
}

expectUpdates(
  'Props',
  Object.entries(PROPS).map(([name, values]) => [name, values.map(synthesized)]),
);
