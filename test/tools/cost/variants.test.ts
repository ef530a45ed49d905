import { cdk } from '../../support/example-project';
import { readSettings } from '../../../lib/settings/settings';
import { settingsOf, VARIANTS } from '../../../tools/cost/variants';

test.each(VARIANTS)('the stage prod with the variant $name has valid settings', (variant) => {
  const result = readSettings({ prod: settingsOf(cdk.context.twinlane.prod, variant) }, 'prod');
  expect(result).not.toHaveProperty('problems');
  expect(result).toMatchObject({
    settings: {
      capacity: { websocket: variant.entry === 'servers' ? { type: 'servers' } : {} },
      ...(variant.gateway === 'cloudFront' && { gateway: { type: 'cloudFront', host: 'app.example.com' } }),
    },
  });
});
