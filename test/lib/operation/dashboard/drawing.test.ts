import { expectFile } from '../../../support/generated-file';
import { twinlane } from '../../lanes';
import { testStack } from '../../synthesized';
import { widgetsOf } from './dashboard-body';
import { drawingOf } from './drawing';

test('docs/dashboard.svg has the widgets of the dashboard of both lanes with an API, each in its place', () => {
  const stack = testStack();
  twinlane(stack, { operation: {} });
  expectFile('docs/dashboard.svg', drawingOf(widgetsOf(stack)));
});
