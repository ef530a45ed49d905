import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

test('Settings with problems end the app with exit code 1: they stand on standard error, with no stack trace, and nothing is synthesized', () => {
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
    expect(stderr).toContain('  twinlane.dev.hosts\n    value: 7\n');
    expect(stderr).not.toMatch(/^\s+at |Error/m);
    expect(readdirSync(assembly)).toEqual([]);
  } finally {
    rmSync(assembly, { recursive: true });
  }
});
