import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cdk } from '../../support/example-project';
import { stableTemplate, templateSerializer } from '../../../lib/compliance/stable-template';

const PROJECT = resolve(__dirname, '../../..');

/** A copy of the project to edit and synthesize, as a fork would. */
class Fork {
  readonly folder = mkdtempSync(join(tmpdir(), 'twinlane-fork-'));

  constructor() {
    for (const path of [
      'bin',
      'client/backoff.ts',
      'client/protocol.ts',
      'lib',
      'lambda',
      'service',
      'package.json',
      '.swcrc',
    ]) {
      cpSync(join(PROJECT, path), join(this.folder, path), { recursive: true });
    }
    symlinkSync(join(PROJECT, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** @returns the template while `text` is appended to a source file. */
  synthesizeWith(text: string, path: string): object {
    const file = join(this.folder, path);
    const before = readFileSync(file);
    appendFileSync(file, text);
    try {
      return this.synthesize();
    } finally {
      writeFileSync(file, before);
    }
  }

  synthesize(context: object = cdk.context): object {
    const outdir = mkdtempSync(join(this.folder, 'out-'));
    execFileSync(process.execPath, ['-r', './bin/typescript.js', 'bin/twinlane.ts'], {
      cwd: this.folder,
      env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
    });
    return JSON.parse(readFileSync(join(outdir, 'Twinlane-dev.template.json'), 'utf8'));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

describe('a template', () => {
  const fork = new Fork();
  const original = fork.synthesize();
  afterAll(() => fork.remove());

  test('is identical after a comment is added to a handler', () => {
    expect(fork.synthesizeWith('\n// Only a comment.\n', 'lambda/connect.handler.ts')).toEqual(original);
  });

  test('differs only in asset hashes, which the snapshot omits, after a change of code', () => {
    const changed = fork.synthesizeWith('\nconsole.log(1);\n', 'lambda/realtime/session.ts');
    expect(changed).not.toEqual(original);
    expect(stableTemplate(changed)).toEqual(stableTemplate(original));
  });

  test('has a different snapshot after a change of a setting', () => {
    const { dev } = cdk.context.twinlane;
    const context = { ...cdk.context, twinlane: { dev: { ...dev, logRetentionDays: 14 } } };
    expect(stableTemplate(fork.synthesize(context))).not.toEqual(stableTemplate(original));
  });
});

describe('the template serializer', () => {
  test('accepts only templates', () => {
    expect(templateSerializer.test({ Resources: { A: { Type: 'AWS::SQS::Queue' } } })).toBe(true);
    expect(
      [{ Resources: 1 }, { Resources: { A: {} } }, {}, null, undefined, 'text'].some(templateSerializer.test),
    ).toBe(false);
  });

  test('keeps references to a function version consistent', () => {
    const version = `FunctionCurrentVersion0123ABCD${'0f'.repeat(16)}`;
    const template = {
      Resources: {
        [version]: { Type: 'AWS::Lambda::Version' },
        Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] } } },
      },
    };
    expect(templateSerializer.serialize(template)).not.toContain(version);
    expect(Object.keys((stableTemplate(template) as typeof template).Resources)).toContain(
      'FunctionCurrentVersion0123ABCD',
    );
  });

  test('omits the metadata of the CDK', () => {
    const template = {
      Resources: { CDKMetadata: { Type: 'AWS::CDK::Metadata' } },
      Conditions: { CDKMetadataAvailable: {} },
    };
    expect(stableTemplate(template)).toEqual({ Resources: {} });
  });
});
