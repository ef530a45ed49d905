import { expectFile } from '../../../support/generated-file';
import { Canary } from '../../../../lib/operation/canary/canary';
import { testStack } from '../../synthesized';
import { lanesWithCanary } from '../canary/canary-lanes';
import { widgetsOf } from './dashboard-body';
import { drawingOf } from './drawing';

test('docs/dashboard.svg has the widgets of the dashboard of both lanes with an API and a canary, each in its place', () => {
  const stack = testStack();
  lanesWithCanary(stack, Canary.scheduled());
  expectFile('docs/dashboard.svg', drawingOf(widgetsOf(stack)));
});
