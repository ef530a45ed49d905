import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdk } from '../support/example-project';

test('the app prints problems of its settings to standard error without a stack trace, exits with code 1 and synthesizes nothing', () => {
  const assembly = mkdtempSync(join(tmpdir(), 'twinlane-'));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-r', './bin/typescript.js', 'bin/twinlane.ts'], {
      env: {
        PATH: process.env.PATH,
        CDK_OUTDIR: assembly,
        CDK_CONTEXT_JSON: '{ "twinlane": { "dev": { "hosts": 7 } } }',
      },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^The settings in cdk\.json have \d+ problems:\n/);
    expect(stderr).toContain('  twinlane.dev.hosts must be a block of settings, got 7.\n  Fix: ');
    expect(stderr).not.toMatch(/^\s+at |Error/m);
    expect(readdirSync(assembly)).toEqual([]);
  } finally {
    rmSync(assembly, { recursive: true });
  }
});

test.each(['dev', 'gateway'])(
  'the files of every asset of the stage %s can be read by every user, although the umask is 077',
  (stage) => {
    const assembly = mkdtempSync(join(tmpdir(), 'twinlane-'));
    const umask = process.umask(0o077);
    try {
      const { status } = spawnSync(process.execPath, ['-r', './bin/typescript.js', 'bin/twinlane.ts'], {
        env: {
          PATH: process.env.PATH,
          CDK_OUTDIR: assembly,
          CDK_CONTEXT_JSON: JSON.stringify({ ...cdk.context, stage }),
        },
      });
      expect(status).toBe(0);
      const modes = readdirSync(assembly, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.startsWith('asset.'))
        .map((path) => statSync(join(assembly, path)))
        .map((found) => `${found.isDirectory() ? 'folder' : 'file'} ${(found.mode & 0o777).toString(8)}`);
      expect([...new Set(modes)].sort()).toEqual(['file 644', 'folder 755']);
    } finally {
      process.umask(umask);
      rmSync(assembly, { recursive: true });
    }
  },
);

test.each([
  [
    "new (load('./lib/twinlane').Twinlane)(stack, 'Twinlane', { hostedZone: {}, httpHostName: 7 })",
    '[Twinlane-dev/Twinlane] httpHostName must be a text, got 7. Fix: use ',
  ],
  [
    "new (load('aws-cdk-lib/aws-certificatemanager').Certificate)(stack, 'C', { domainName: 'a'.repeat(65) })",
    '[Twinlane-dev/C] Domain name must be 64 characters or less\n',
  ],
])('the app prints an invalid prop without a stack trace: %s', (edit, message) => {
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-'));
  // Stands for an edited lib/twinlane-stack.ts.
  const preload = join(folder, 'edited-stack.js');
  writeFileSync(
    preload,
    `const filename = process.cwd() + '/lib/twinlane-stack.ts';
    const load = require('node:module').createRequire(process.cwd() + '/');
    class TwinlaneStack { constructor(app, id) { const stack = new (load('aws-cdk-lib').Stack)(app, id); ${edit}; } }
    load.cache[filename] = { id: filename, filename, loaded: true, exports: { TwinlaneStack } };`,
  );
  try {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['-r', './bin/typescript.js', '-r', preload, 'bin/twinlane.ts'],
      {
        env: { PATH: process.env.PATH, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(cdk.context) },
        encoding: 'utf8',
      },
    );
    expect(status).toBe(1);
    expect(stderr.slice(0, message.length)).toBe(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
