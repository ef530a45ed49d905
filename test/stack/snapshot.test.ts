import { Template } from 'aws-cdk-lib/assertions';
import { stableTemplate, templateSerializer } from '../../lib/compliance/stable-template';
import { testApp } from '../lib/synthesized';
import type { Settings } from '../../lib/settings/settings';
import { SHARED_LOAD_BALANCER, stageStack, stageTemplate } from './stages';
import { type Json, templateDifference } from './template-difference';

expect.addSnapshotSerializer(templateSerializer);
expect.addSnapshotSerializer({
  test: (value) => Array.isArray(value),
  serialize: (lines: string[]) => lines.join('\n'),
});

/** Template of a stage with `changes`. All stages have the same stack name, so that the name is not a difference. */
function templateOf(stage: string, changes: Partial<Settings> = {}): Json {
  return stableTemplate(Template.fromStack(stageStack(stage, changes, testApp(), 'Twinlane')).toJSON()) as Json;
}

test('the prod stage deploys what was reviewed', () => {
  expect(stageTemplate('prod').toJSON()).toMatchSnapshot();
});

test('the dev stage differs from the prod stage as was reviewed', () => {
  expect(templateDifference(templateOf('prod'), templateOf('dev'))).toMatchSnapshot();
});

test('the servers stage differs from the dev stage as was reviewed', () => {
  expect(templateDifference(templateOf('dev'), templateOf('servers'))).toMatchSnapshot();
});

test('the servers stage with a shared load balancer differs from the one with two as was reviewed', () => {
  expect(templateDifference(templateOf('servers'), templateOf('servers', SHARED_LOAD_BALANCER))).toMatchSnapshot();
});
