import { GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { z } from 'zod';
import type { Aws } from '../aws';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Deployment } from '../deployment';

const Body = z.object({ widgets: z.array(z.unknown()) });

/** Checks that the dashboard exists, and that it is not empty. */
export function dashboardCheck(
  name: string,
  { partition, account }: Pick<Deployment, 'partition' | 'account'>,
  aws: Aws,
): Check {
  const query: Query<string> = {
    action: 'cloudwatch:GetDashboard',
    // Dashboards have no Region.
    arn: `arn:${partition}:cloudwatch::${account}:dashboard/${name}`,
    subject: `the dashboard ${name}`,
    run: async () => (await aws.cloudWatch.send(new GetDashboardCommand({ DashboardName: name }))).DashboardBody,
  };
  return check(`The dashboard ${name} has widgets`, [query], (body) => {
    const widgets = Body.safeParse(JSON.parse(body)).data?.widgets ?? [];
    return { passed: widgets.length > 0, found: `${widgets.length} widgets` };
  });
}
