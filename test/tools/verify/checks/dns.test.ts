import { Output } from '../../../../lib/outputs';
import type { Resolved } from '../../../../tools/aws-checks/dns';
import { verified } from '../mocked-aws';
import { API_NAME, OUTPUTS } from '../passing-deployment';

const TARGET = OUTPUTS[Output.HTTP_ALIAS_TARGET] ?? '';
const RECORD = `a CNAME record of api.example.com for ${TARGET}, or an alias record for it, in Route 53 with the hosted zone id ZLOADBALANCER`;
const ELSEWHERE = { [Output.HOSTED_ZONE_ID]: undefined };

/** Addresses of a host, and the host names to which its CNAME records lead. */
const addresses = (last: string, ...names: string[]): Resolved => ({
  names,
  A: [`192.0.2.${last}`],
  AAAA: [`2001:db8::${last}`],
});

const RECORDS: Readonly<Record<string, Resolved>> = {
  'api.example.com': addresses('1', 'www.example.net', TARGET),
  [TARGET]: addresses('1'),
  // An alias of the provider: DNS has addresses of the target, but no name.
  'ws.example.com': addresses('2'),
  [API_NAME]: addresses('2'),
};

/** The results of the checks of the records, by expectation. */
async function recordsWith(
  changed: Readonly<Record<string, Resolved>>,
  outputs: Readonly<Record<string, string | undefined>> = {},
  answers = {},
) {
  const resolve = async (host: string) => {
    const found = { ...RECORDS, ...changed }[host];
    if (!found) {
      throw new RangeError(`No records are prepared for ${host}`);
    }
    return found;
  };
  const found = await verified(answers, { ...ELSEWHERE, ...outputs }, {}, { resolve });
  return found
    .filter(({ group }) => group === 'Records')
    .map(({ expected, found, result }) => [expected, found, result]);
}

describe('Without a hosted zone, the checks of the records', () => {
  it('pass if DNS leads each host to its lane, by a name or by an address', async () => {
    expect(await recordsWith({})).toEqual([
      [`api.example.com has an IPv4 address of ${TARGET}`, `www.example.net, ${TARGET}, 192.0.2.1`, 'passed'],
      [`api.example.com has an IPv6 address of ${TARGET}`, `www.example.net, ${TARGET}, 2001:db8::1`, 'passed'],
      [`ws.example.com has an IPv4 address of ${API_NAME}`, '192.0.2.2', 'passed'],
      [`ws.example.com has an IPv6 address of ${API_NAME}`, '2001:db8::2', 'passed'],
    ]);
  });

  it.each(['lane-1.us-east-1.elb.amazonaws.com', 'dualstack.lane-1.us-east-1.elb.amazonaws.com'])(
    'pass for the name %s, in any case, also if the load balancer has other addresses by now',
    async (name) => {
      const target = 'dualstack.Lane-1.us-east-1.elb.amazonaws.com';
      const changed = { 'api.example.com': addresses('1', name), [target]: addresses('9') };

      expect(await recordsWith(changed, { [Output.HTTP_ALIAS_TARGET]: target })).toContainEqual([
        `api.example.com has an IPv4 address of ${target}`,
        expect.any(String),
        'passed',
      ]);
    },
  );

  it.each<[string, Resolved, string]>([
    ['does not exist yet', { names: [], A: [], AAAA: [] }, 'no IPv4 address'],
    ['leads elsewhere', addresses('7', 'old.example.net'), 'old.example.net, 192.0.2.7'],
    ['leads to the other lane', addresses('2', API_NAME), `${API_NAME}, 192.0.2.2`],
    ['leads to itself', { names: ['api.example.com'], A: [], AAAA: [] }, 'api.example.com'],
  ])('fail if a host %s, and name the record to create', async (_, records, found) => {
    expect(await recordsWith({ 'api.example.com': records })).toContainEqual([
      `api.example.com has an IPv4 address of ${TARGET}`,
      `${found}. Fix: create ${RECORD}.`,
      'failed',
    ]);
  });

  it('fail if the target of the outputs has no address any more', async () => {
    const changed = { 'api.example.com': { names: [TARGET], A: [], AAAA: [] } };

    expect(await recordsWith(changed)).toContainEqual([
      `api.example.com has an IPv4 address of ${TARGET}`,
      `${TARGET}, which has no IPv4 address. Fix: pass the outputs of the last deployment.`,
      'failed',
    ]);
  });

  it('are unknown if DNS shows only addresses, and others than those of the target', async () => {
    expect(await recordsWith({ 'api.example.com': addresses('7') })).toContainEqual([
      `api.example.com has an IPv4 address of ${TARGET}`,
      `192.0.2.7, of another host or of an alias or proxy of the provider. Fix: compare the record with ${TARGET}.`,
      'unknown',
    ]);
  });

  it('expect no IPv6 address of a load balancer that has none', async () => {
    const expectations = (await recordsWith({}, { [Output.LOAD_BALANCER_IP_ADDRESS_TYPE]: 'ipv4' })).map(
      ([expected]) => expected,
    );

    expect(expectations).toEqual([
      `api.example.com has an IPv4 address of ${TARGET}`,
      `ws.example.com has an IPv4 address of ${API_NAME}`,
      `ws.example.com has an IPv6 address of ${API_NAME}`,
    ]);
  });

  it('are unknown if DNS does not respond', async () => {
    const resolve = async () => {
      throw Object.assign(new Error('queryA ETIMEOUT'), { code: 'ETIMEOUT' });
    };

    const found = (await verified({}, ELSEWHERE, {}, { resolve })).filter(({ group }) => group === 'Records');

    expect(found).toHaveLength(4);
    for (const { found: reason, result } of found) {
      expect([reason, result]).toEqual([
        'DNS did not respond (ETIMEOUT). Fix: check the network and the resolver of this machine.',
        'unknown',
      ]);
    }
  });
});
