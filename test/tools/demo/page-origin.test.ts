import { loadAssembly } from '@twinlane/local';
import { pageOrigin } from '../../../tools/demo/page-origin';
import { stageStack } from '../../stack/stages';
import { synthesized } from '../../support/cloud-assembly';

test.each(['dev', 'prod'])('the page of the %s stage replaces the first allowed origin', (stage) => {
  const allowedOrigins = ['https://first.example.com', 'https://second.example.com'];
  const assembly = synthesized((app) => void stageStack(stage, { allowedOrigins }, app));
  expect(pageOrigin(loadAssembly(assembly))).toBe('https://first.example.com');
});

test.each([{}, { ALLOWED_ORIGINS: '' }, { ALLOWED_ORIGINS: '*' }])(
  'an app that is configured with %j has no page',
  (environment) => expect(pageOrigin({ services: [], functions: [{ environment } as never] })).toBeUndefined(),
);
