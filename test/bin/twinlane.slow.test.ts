import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import cdk from '../../cdk.json';

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

test('the files of every asset can be read by every user, although the umask is 077', () => {
  const assembly = mkdtempSync(join(tmpdir(), 'twinlane-'));
  const umask = process.umask(0o077);
  try {
    const { status } = spawnSync(process.execPath, ['-r', './bin/typescript.js', 'bin/twinlane.ts'], {
      env: { PATH: process.env.PATH, CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify(cdk.context) },
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
});
