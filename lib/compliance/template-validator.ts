import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationValidatePlugin } from 'aws-cdk-lib';

/** The template validator of aws-cdk-lib, with the additional rules of `template-rules.guard`. */
export function templateValidator(): CloudFormationValidatePlugin {
  const content = readFileSync(join(__dirname, 'template-rules.guard'), 'utf8');
  return new CloudFormationValidatePlugin({ guardRules: [{ name: 'twinlane', content }] });
}
