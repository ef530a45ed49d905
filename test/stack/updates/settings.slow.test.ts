import { TwinlaneStack } from '../../../lib/twinlane-stack';
import { testApp } from '../../lib/synthesized';
import { expectUpdates, templateOf } from './expect-updates';
import { retryHazardsOf } from './hazards';
import { SETTINGS, settingsWith, type Values } from './settings';
import type { CfnTemplate } from './template';

jest.spyOn(console, 'error').mockImplementation();

/** Settings → their template. Many examples have a value in common. */
const templates = new Map<string, CfnTemplate>();

function synthesized(values: Values): CfnTemplate {
  const settings = settingsWith(values);
  const key = JSON.stringify(settings);
  const template = templates.get(key) ?? templateOf(new TwinlaneStack(testApp(), 'Twinlane', { settings }));
  templates.set(key, template);
  return template;
}

expectUpdates(
  'Settings',
  Object.entries(SETTINGS).map(([name, values]) => [name, values.map(synthesized)]),
);

test('a first deployment with deletion protection cannot be rolled back, which is why it is off by default', () => {
  const hazards = retryHazardsOf(synthesized({ deletionProtection: true })).map(({ what }) => what);
  expect([...new Set(hazards)].sort()).toEqual([
    'cannot delete the protected LoadBalancer',
    'cannot delete the protected Table',
    'cannot delete the protected UserPool',
  ]);
});
