import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import { arnOf } from '../arns';
import type { Aws } from '../aws';
import { type Existing, ifItExists } from '../if-it-exists';
import type { PlannedStack } from '../planned-stack';

export function accountChecks(planned: PlannedStack, aws: Aws): Check[] {
  return [credentials(planned, aws), ...bootstrap(planned, aws)];
}

function credentials({ account }: PlannedStack, aws: Aws): Check {
  const identity = {
    action: 'sts:GetCallerIdentity',
    arn: '*',
    subject: 'the identity of the credentials',
    run: () => aws.sts.send(new GetCallerIdentityCommand()),
  };
  return check(
    account ? `The credentials are of the account ${account}` : 'The credentials are of an account',
    [identity],
    ({ Account: found }) => {
      const passed = found !== undefined && (account === undefined || found === account);
      const fix = `Fix: use credentials of ${account ?? 'an account'}, or change account in the settings.`;
      return { passed, found: passed ? `account ${found}` : `account ${found ?? 'not set'}. ${fix}` };
    },
  );
}

function bootstrap(planned: PlannedStack, aws: Aws): Check[] {
  if (!planned.bootstrap) {
    return [];
  }
  const { version, parameter } = planned.bootstrap;
  const query: Query<Existing<string>> = {
    action: 'ssm:GetParameter',
    arn: arnOf(planned, 'ssm', `parameter${parameter}`),
    subject: `the parameter ${parameter}`,
    run: () =>
      ifItExists(async () => (await aws.ssm.send(new GetParameterCommand({ Name: parameter }))).Parameter?.Value),
  };
  return [
    check(`The CDK is bootstrapped in ${planned.region}, version ${version} or later`, [query], ({ existing }) => {
      const passed = Number(existing) >= version;
      const found = existing === undefined ? `no parameter ${parameter}` : `version ${existing}`;
      return { passed, found: passed ? found : `${found}. Fix: run npx cdk bootstrap.` };
    }),
  ];
}
