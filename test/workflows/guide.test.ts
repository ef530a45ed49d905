import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Output } from '../../lib/outputs';
import { stageStack } from '../stack/stages';
import { synthesized } from '../support/cloud-assembly';
import { captures } from '../support/documents';
import { DEPLOY, jobsOf } from './workflows';

const GUIDE = readFileSync(resolve(__dirname, '../../docs/guides/continuous-deployment.md'), 'utf8');

interface Policy {
  readonly Version: string;
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

/** @returns the policy that the guide creates as this file */
function policy(file: string): Policy {
  const [, text = ''] = new RegExp(`^Create \`${file}\`:\\n\\n\`\`\`json\\n(.*?)^\`\`\`$`, 'ms').exec(GUIDE) ?? [];
  return JSON.parse(text);
}

const ISSUER = 'token.actions.githubusercontent.com';

test.each([
  ['deploy-trust.json', `environment:${DEPLOY.jobs.deploy?.environment}`],
  ['diff-trust.json', 'pull_request'],
])('%s trusts the tokens of one repository, and only those of one kind of job', (file, job) => {
  expect(policy(file)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${ISSUER}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${ISSUER}:aud`]: 'sts.amazonaws.com',
            [`${ISSUER}:sub`]: `repo:ORG@ORG_ID/REPO@REPO_ID:${job}`,
          },
        },
      },
    ],
  });
});

test('the role of pull requests can only read the template of the stack', () => {
  expect(policy('diff-policy.json').Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'cloudformation:GetTemplate',
      Resource: `arn:aws:cloudformation:us-east-1:123456789012:stack/${DEPLOY.env.STACK}/*`,
    },
  ]);
});

test('the role of deployments can only use the roles of the bootstrap, and read the outputs of the stack', () => {
  const { Statement } = policy('deploy-policy.json');
  expect(Statement.map(({ Effect, Action }) => [Effect, Action])).toEqual([
    ['Allow', 'sts:AssumeRole'],
    ['Allow', 'cloudformation:DescribeStacks'],
  ]);
  expect(Statement[1]?.Resource).toBe(`arn:aws:cloudformation:us-east-1:123456789012:stack/${DEPLOY.env.STACK}/*`);
});

test('the role of deployments can use the roles that deploy and publish for the stage, and not the lookup role', () => {
  const folder = synthesized((app) => void stageStack(DEPLOY.env.STAGE ?? '', {}, app));
  const files = ['manifest.json', `${DEPLOY.env.STACK}.assets.json`];
  const roles = captures(/"(?:assumeRoleArn|arn)": "(arn:[^"]+:role\/[^"]+)"/g, texts(folder, files)).map((arn) =>
    arn.replace('${AWS::Partition}', 'aws').replaceAll('${AWS::AccountId}', '123456789012'),
  );
  const lookup = roles.filter((arn) => arn.includes('-lookup-role-'));
  expect(lookup).toHaveLength(1);
  expect(policy('deploy-policy.json').Statement[0]?.Resource).toEqual(
    roles.filter((arn) => !lookup.includes(arn)).sort(),
  );
});

test('the stage needs no lookups, for which the CDK would assume the lookup role', () => {
  const folder = synthesized((app) => void stageStack(DEPLOY.env.STAGE ?? '', {}, app));
  expect(JSON.parse(texts(folder, ['manifest.json'])).missing).toBeUndefined();
});

function texts(folder: string, files: readonly string[]): string {
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}

test('the guide has each job and each variable of the workflow, and no others', () => {
  const [, jobs = ''] = GUIDE.split('| job ');
  expect(captures(/^\| `([a-z-]+)`/gm, jobs.split('\n\n')[0] ?? '')).toEqual(jobsOf(DEPLOY).map(({ name }) => name));
  const variables = captures(/vars\.(\w+)/g, DEPLOY.text).sort();
  expect(captures(/^ *\| `([A-Z_]+)`/gm, GUIDE).sort()).toEqual(variables);
});

test('the session that the guide allows is as long as the job asks for', () => {
  const steps = DEPLOY.jobs.deploy?.steps ?? [];
  const duration = steps.find(({ with: given }) => given?.['role-to-assume'])?.with?.['role-duration-seconds'];
  expect(GUIDE).toContain(`deploy-trust.json --max-session-duration ${duration}\n`);
});

test('the outputs and the minutes that the guide names are those of the workflow', () => {
  const named = captures(/output `(\w+)`/g, GUIDE);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !Object.values<string>(Output).includes(name))).toEqual([]);
  const minutes = DEPLOY.jobs.deploy?.steps.find(({ name }) => name === 'Deploy')?.env?.MONITORING_MINUTES;
  expect(GUIDE).toContain(`${minutes} minutes after the last one (\`MONITORING_MINUTES\`)`);
});
