import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { nameServers, reasonOfDns, resolved } from '../../../tools/aws-checks/dns';

const failing = (code: string) => async () => {
  throw Object.assign(new Error(`queryNs ${code}`), { code });
};

describe('The name servers of a host', () => {
  it('are those of the closest parent that has NS records', async () => {
    const asked: string[] = [];
    const resolveNs = async (name: string) => {
      asked.push(name);
      return name === 'example.com' ? ['NS-1.awsdns.com.', 'ns-2.awsdns.org'] : failing('ENODATA')();
    };

    expect(await nameServers('a.api.example.com', { resolveNs })).toEqual({
      zone: 'example.com',
      servers: ['ns-1.awsdns.com', 'ns-2.awsdns.org'],
    });
    expect(asked).toEqual(['a.api.example.com', 'api.example.com', 'example.com']);
  });

  it('are undefined if no name has NS records', async () => {
    expect(await nameServers('api.example.com', { resolveNs: failing('ENOTFOUND') })).toBeUndefined();
  });

  it('are unknown if DNS does not respond, and the reason names the code', async () => {
    const error = await nameServers('api.example.com', { resolveNs: failing('ECONNREFUSED') }).catch((one) => one);

    expect(reasonOfDns(error)).toBe(
      'DNS did not respond (ECONNREFUSED). Fix: check the network and the resolver of this machine.',
    );
  });

  it('come from a real resolver over the protocol of DNS', async () => {
    const server = createSocket('udp4');
    server.on('message', (query, { port, address }) => server.send(answerTo(query), port, address));
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    try {
      const resolver = new Resolver({ timeout: 2_000, tries: 1 });
      resolver.setServers([`127.0.0.1:${server.address().port}`]);

      expect(await nameServers('api.example.com', resolver)).toEqual({
        zone: 'example.com',
        servers: ['ns.example.com'],
      });
    } finally {
      await new Promise<void>((resolve) => server.close(resolve));
    }
  });
});

describe('What a host name leads to', () => {
  /** CNAME records by name, and addresses by the last name. */
  const resolver = (cnames: Readonly<Record<string, string>>, fail = failing('ENODATA')) => ({
    resolveCname: async (name: string) => (cnames[name] ? [cnames[name]] : fail()),
    resolve4: async () => ['192.0.2.1'],
    resolve6: failing('ENODATA') as never,
  });

  it('is every name of its CNAME records, and its addresses', async () => {
    const cnames = { 'api.example.com': 'WWW.example.net.', 'www.example.net': 'lane.elb.amazonaws.com' };

    expect(await resolved('api.example.com', resolver(cnames) as never)).toEqual({
      names: ['www.example.net', 'lane.elb.amazonaws.com'],
      A: ['192.0.2.1'],
      AAAA: [],
    });
  });

  it('is nothing for a name that does not exist', async () => {
    const none = failing('ENOTFOUND');

    expect(await resolved('api.example.com', { resolveCname: none, resolve4: none, resolve6: none } as never)).toEqual({
      names: [],
      A: [],
      AAAA: [],
    });
  });

  it('ends if CNAME records form a loop', async () => {
    const { names } = await resolved('a.example.com', resolver({ 'a.example.com': 'a.example.com' }) as never);

    expect(names).toEqual(['a.example.com']);
  });

  it.each([
    ['ETIMEOUT', 'DNS did not respond (ETIMEOUT). Fix: check the network and the resolver of this machine.'],
    [
      'ESERVFAIL',
      'DNS has no answer for the host (ESERVFAIL). Fix: check the delegation of its domain, and its CNAME records.',
    ],
  ])('is unknown if the answer is %s', async (code, reason) => {
    const error = await resolved('api.example.com', resolver({}, failing(code)) as never).catch((one) => one);

    expect(reasonOfDns(error)).toBe(reason);
  });
});

/** Response of RFC 1035: one NS record for example.com, and no data for every other name. */
function answerTo(query: Buffer): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const isZone = query.subarray(12, end - 4).equals(Buffer.from('\x07example\x03com\x00', 'latin1'));
  const header = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, 0x80, 0, 1, 0, isZone ? 1 : 0, 0, 0, 0, 0]);
  // The name, type NS, class IN, 60 s, and 5 octets: the label "ns" and a pointer to the name.
  const record = Buffer.from([0xc0, 12, 0, 2, 0, 1, 0, 0, 0, 60, 0, 5, 2, 0x6e, 0x73, 0xc0, 12]);
  return Buffer.concat([header, query.subarray(12, end), ...(isZone ? [record] : [])]);
}
