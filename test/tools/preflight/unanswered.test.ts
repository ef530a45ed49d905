import { deniedError } from '../aws-checks/aws-errors';
import { queriesOf } from '../../../tools/aws-checks/check';
import { isAwsQuery } from '../../../tools/aws-checks/query';
import { checkGroups } from '../../../tools/preflight/check-groups';
import { checked, FakeOutside, finding } from './fake-outside';
import { PLANNED, READY } from './ready-account';

const denied = () => {
  throw deniedError();
};

const COMMANDS = Object.keys(READY).filter((command) => command !== 'GetServiceQuota');

describe('A check of npm run preflight', () => {
  it.each(COMMANDS)('is unknown if its call %s is denied, and names the permission', async (command) => {
    const notPassed = (await checked({ answers: { [command]: denied } })).filter(({ result }) => result !== 'passed');

    expect(notPassed).not.toEqual([]);
    for (const { result, found } of notPassed) {
      expect(result).toBe('unknown');
      expect(found).toMatch(/^access denied\. Fix: allow [a-z0-9]+:[A-Za-z]+ on (arn:aws:|\*)/);
    }
  });

  it.each(COMMANDS)('does not throw if the answer to %s is empty', async (command) => {
    const findings = await checked({ answers: { [command]: () => ({}) } });

    expect(findings.map(({ result }) => result)).not.toContain('unknown');
    expect(findings.filter(({ found }) => found.includes('undefined'))).toEqual([]);
  });

  it("compares with AWS's default if the quota cannot be read, and says so", async () => {
    const expected = 'The quota has room for 2 Elastic IP addresses';

    expect(await finding(expected, { answers: { GetServiceQuota: denied } })).toMatchObject({
      result: 'passed',
      found: "3 of 5 in use (AWS's default, because servicequotas:GetServiceQuota on * is denied)",
    });
    expect(
      await finding(expected, {
        answers: { GetServiceQuota: denied, DescribeAddresses: () => ({ Addresses: [{}, {}, {}, {}] }) },
      }),
    ).toMatchObject({
      result: 'failed',
      found:
        "4 of 5 in use (AWS's default, because servicequotas:GetServiceQuota on * is denied). Fix: request a quota of 6 (L-0263D0A3).",
    });
  });

  it("compares with AWS's default if the account has no quota of its own", async () => {
    const noValue = () => {
      throw Object.assign(new Error('none'), { name: 'NoSuchResourceException', $metadata: {} });
    };

    expect(
      await finding('The quota has room for 5 vCPUs of Fargate', { answers: { GetServiceQuota: noValue } }),
    ).toMatchObject({ result: 'passed', found: "quota 6 (AWS's default)" });
  });

  it('is unknown if DNS does not respond', async () => {
    const nameServers = async () => {
      throw Object.assign(new Error('queryNs ETIMEOUT'), { code: 'ETIMEOUT' });
    };

    expect(await finding('DNS uses the name servers of Z0EXAMPLE for api.example.com', { nameServers })).toMatchObject({
      result: 'unknown',
      found: 'DNS did not respond (ETIMEOUT). Fix: check the network and the resolver of this machine.',
    });
  });

  it('rethrows a bug in the call to DNS or Docker', async () => {
    const bug = async () => {
      throw new TypeError('a bug');
    };

    await expect(checked({ nameServers: bug })).rejects.toThrow('a bug');
    await expect(checked({ docker: bug })).rejects.toThrow('a bug');
  });

  it('names the IAM action of the command that each query sends', async () => {
    const outside = new FakeOutside();
    const queries = [...queriesOf(checkGroups(PLANNED, outside.connect(), outside))].filter(isAwsQuery);

    for (const query of queries) {
      outside.sent.length = 0;
      await query.run();
      const [sent = '', ...others] = outside.sent;
      expect(others).toEqual([]);
      // In API Gateway's IAM actions the HTTP method takes the place of the command.
      expect(query.action).toMatch(query.action.startsWith('apigateway:') ? /:GET$/ : new RegExp(`:${sent}$`));
    }
    expect(queries.length).toBeGreaterThan(10);
  });
});
