import { promises as dns } from 'node:dns';
import { isMulticast, resolveName } from '../../../tools/probe/network/name';
import { RunningClock } from '../../../tools/probe/network/running-clock';

afterEach(() => jest.restoreAllMocks());

/** Makes the system's resolver answer the families in this order, 10 ms apart. @returns the clock */
function resolverThatAnswers(...order: (4 | 6)[]): RunningClock {
  let time = 0;
  const answers = new Map<number, () => void>();
  const lookup = async (_: string, { family }: { family: number }) => {
    await new Promise<void>((resolve) => answers.set(family, resolve));
    return { address: family === 6 ? '2001:db8::1' : '192.0.2.1', family };
  };
  jest.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);
  setImmediate(async () => {
    for (const family of order) {
      time += 10;
      answers.get(family)?.();
      await new Promise(setImmediate);
    }
  });
  const clock = new RunningClock(() => time);
  clock.stop();
  return clock;
}

test.each([
  [6, 4],
  [4, 6],
] as const)('a lookup takes as long as its slower family, if IPv%d is answered before IPv%d', async (first, second) => {
  const name = await resolveName('api.example.com', undefined, 1_000, resolverThatAnswers(first, second));

  expect(name.ms).toBe(20);
  expect(name.families.find(({ family }) => family === first)?.ms).toBe(10);
});

function resolverThatFails(): RunningClock {
  jest.spyOn(dns, 'lookup').mockRejectedValue(Object.assign(new Error(), { code: 'ENOTFOUND' }));
  const clock = new RunningClock();
  clock.stop();
  return clock;
}

test.each([
  ['printer.local', undefined, /^The name printer\.local has no address: a name of \.local is looked up by multicast/],
  ['printer.local.', '192.0.2.53', /^printer\.local\. is looked up by multicast, .* Fix: omit --name-server\.$/],
  ['api.test', undefined, /^The name api\.test has no address\. Fix: check the host in the URL\.$/],
  [
    'api.test',
    'example.com',
    /^The name server example\.com is not an address\. Fix: use --name-server 192\.0\.2\.53 /,
  ],
])('the failing lookup of %s at the name server %s is explained', async (host, server, message) => {
  await expect(resolveName(host, server, 1_000, resolverThatFails())).rejects.toThrow(message);
});

test.each([
  ['printer.local', true],
  ['PRINTER.LOCAL.', true],
  ['local', false],
  ['local.example.com', false],
  ['localhost', false],
])('the name %s is looked up by multicast: %s', (host, multicast) => {
  expect(isMulticast(host)).toBe(multicast);
});
