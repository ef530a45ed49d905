import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAssembly } from '../../../tools/local';
import { gatewayPage } from '../../../tools/demo/gateway-page';
import { stageStack } from '../../stack/stages';
import { emptyDirectory, synthesized } from '../../support/cloud-assembly';

/** @returns the page of a stage, with changes of its gateway */
function pageOf(stage: string, gateway: object = {}) {
  const settings = stage === 'gateway' ? { gateway: { ...GATEWAY, ...gateway } } : {};
  return gatewayPage(loadAssembly(synthesized((app) => void stageStack(stage, settings, app))));
}

const GATEWAY = { type: 'cloudFront', host: 'app.gateway.example.com', page: 'demo' } as const;

test('the page of a gateway is in the folder from which its files are uploaded', () => {
  expect(pageOf('gateway')).toEqual({ folder: expect.stringContaining('asset.'), demo: true });
});

test('a page of the app itself is not replaced by the demo page', () => {
  const folder = emptyDirectory();
  writeFileSync(join(folder, 'index.html'), '<title>My app</title>');
  expect(pageOf('gateway', { page: folder })).toEqual({ folder: expect.stringContaining('asset.'), demo: false });
});

test.each([
  ['dev', {}],
  ['gateway', { page: undefined }],
])('the stage %s with %j has no page behind a gateway', (stage, gateway) => {
  expect(pageOf(stage, gateway)).toBeUndefined();
});
