import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
