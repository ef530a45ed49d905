import fs, { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as DemoPage from '../../../lib/gateway/demo-page';
import type * as RequiredProps from '../../../lib/required-props';
import type * as Stages from '../../stack/stages';

type Modules = typeof DemoPage & Pick<typeof RequiredProps, 'PropsError'> & Pick<typeof Stages, 'stageStack'>;

/** @returns modules of their own, like those of another process: they have not written the page yet */
function loaded(): Modules {
  let modules: Modules | undefined;
  jest.isolateModules(() => {
    modules = {
      ...require('../../../lib/gateway/demo-page'),
      ...require('../../../lib/required-props'),
      ...require('../../stack/stages'),
    };
  });
  return modules as Modules;
}

const created = jest.spyOn(fs, 'mkdtempSync');

beforeEach(() => created.mockClear());
afterAll(() => created.mockRestore());

/** @returns the number of pages that the test has written */
const pages = () => created.mock.calls.filter(([prefix]) => prefix.includes('twinlane-page-')).length;

test('the demo page has the lanes of a gateway, at its own host', () => {
  const page = loaded().demoPage();
  expect(readdirSync(page).sort()).toEqual(['config.json', 'index.html', 'main.js', 'storm.worker.js', 'style.css']);
  expect(JSON.parse(readFileSync(join(page, 'config.json'), 'utf8'))).toEqual({ http: '/', websocket: '/socket' });
});

test('all stacks of a process with the demo page have the same one, which is written once', () => {
  const { stageStack, demoPage } = loaded();
  stageStack('gateway');
  stageStack('gateway');
  expect(demoPage()).toBe(demoPage());
  expect(pages()).toBe(1);
});

test.each([
  ['dev', {}],
  ['servers', {}],
  ['prod', {}],
  ['gateway', { gateway: { type: 'cloudFront', host: 'app.gateway.example.com' } }],
] as const)('the stage %s with %j does not build the demo page', (stage, changes) => {
  loaded().stageStack(stage, changes);
  expect(pages()).toBe(0);
});

test('every user can read the demo page, although the umask is 077', () => {
  const umask = process.umask(0o077);
  try {
    const page = loaded().demoPage();
    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect(modeOf(page)).toBe('755');
    expect(new Set(readdirSync(page).map((file) => modeOf(join(page, file))))).toEqual(new Set(['644']));
  } finally {
    process.umask(umask);
  }
});

describe('a package without the sources of the demo page, as other apps install it', () => {
  const installed = mkdtempSync(join(tmpdir(), 'installed-'));
  beforeEach(() => {
    const ownSource = (path: string) => join(installed, path);
    jest.doMock('../../../lib/functions/own-source', () => ({ ownSource }));
  });
  afterEach(() => jest.dontMock('../../../lib/functions/own-source'));

  test('has no demo page, and names the setting with a fix', () => {
    const { demoPage, PropsError } = loaded();
    const message = `The demo page must have its sources in ${join(installed, 'tools/demo/page')}, got no such folder: only the repository has them. Fix: build a page of your own, and set gateway.page to its folder, or remove gateway.page`;
    expect(demoPage).toThrow(new PropsError(message));
    expect(demoPage).toThrow(PropsError);
  });
});
