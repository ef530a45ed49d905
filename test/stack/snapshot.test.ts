import { Template } from 'aws-cdk-lib/assertions';
import { stableTemplate, templateSerializer } from '../../lib/compliance/stable-template';
import { testApp } from '../lib/synthesized';
import { stageStack, stageTemplate } from './stages';
import { type Json, templateDifference } from './template-difference';

expect.addSnapshotSerializer(templateSerializer);
expect.addSnapshotSerializer({
  test: (value) => Array.isArray(value),
  serialize: (lines: string[]) => lines.join('\n'),
});

/** Template of a stage. All stages have the same stack name, so that the name is not a difference. */
function templateOf(stage: string): Json {
  return stableTemplate(Template.fromStack(stageStack(stage, {}, testApp(), 'Twinlane')).toJSON()) as Json;
}

test('the prod stage deploys what was reviewed', () => {
  expect(stageTemplate('prod').toJSON()).toMatchSnapshot();
});

test('the dev stage differs from the prod stage as was reviewed', () => {
  expect(templateDifference(templateOf('prod'), templateOf('dev'))).toMatchSnapshot();
});
