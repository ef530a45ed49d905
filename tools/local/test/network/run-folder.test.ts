import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter } from 'node:path';
import { confinement, newRunFolder } from '../../network/run-folder';

const OPTIONS = {
  port: 1,
  authority: '-----BEGIN CERTIFICATE-----\nrun\n-----END CERTIFICATE-----\n',
  redirected: { domains: ['amazonaws.com'], hosts: ['api.example.com'] },
};

const FOLDER = {
  preload: '/run/a b/preload.js',
  authority: '/a.pem',
  authorities: '/b.pem',
  bin: '/bin1',
  python: '/py',
};

test('the folder of a run has the authority, alone and with the usual ones, and a program node', () => {
  const { folder, remove } = newRunFolder(OPTIONS);
  expect(readFileSync(folder.authority, 'utf8')).toBe(OPTIONS.authority);
  const all = readFileSync(folder.authorities, 'utf8');
  expect(all.startsWith(OPTIONS.authority)).toBe(true);
  expect(all.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(50);
  expect(statSync(`${folder.bin}/node`).mode & 0o111).toBe(0o111);
  remove();
  expect(existsSync(folder.authority)).toBe(false);
});

test('the variables of a process keep its own options of Node.js, modules of Python and programs', () => {
  const own = { NODE_OPTIONS: '--enable-source-maps', PYTHONPATH: '/own', PATH: '/usr/bin', OTHER: 'x' };
  expect(confinement(FOLDER, own)).toMatchObject({
    NODE_OPTIONS: '--require="/run/a b/preload.js" --enable-source-maps',
    PYTHONPATH: `/py${delimiter}/own`,
    PATH: `/bin1${delimiter}/usr/bin`,
    NODE_EXTRA_CA_CERTS: '/a.pem',
    SSL_CERT_FILE: '/b.pem',
  });
});

test('the variables of a process without options of its own have only those of the run', () => {
  const variables = confinement({ ...FOLDER, preload: '/run/preload.js' }, {});
  expect(variables).toMatchObject({ NODE_OPTIONS: '--require=/run/preload.js', PYTHONPATH: '/py' });
  expect(variables).not.toHaveProperty('PATH');
});
