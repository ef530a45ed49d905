import { Browser } from './browser';
import { Lanes } from './lanes';

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

/** Breaks every connection that has had no frame for a time. @returns the times at which it did */
function behindProxy(idle: number, code = 1006): number[] {
  const cuts: number[] = [];
  const watch = () => {
    for (const socket of lanes.open) {
      const { activeAt } = socket;
      lanes.time.setTimeout(
        () => {
          if (socket.state === 'open' && socket.activeAt === activeAt) {
            cuts.push(lanes.time.now());
            socket.break(code);
          }
        },
        Math.max(0, activeAt + idle - lanes.time.now()),
      );
    }
    lanes.time.setTimeout(watch, SECOND);
  };
  watch();
  return cuts;
}

it.each([30, 55, 60, 120])(
  'a connection behind a proxy that cuts idle connections after %d s is lost once in the first hour',
  async (seconds) => {
    const cuts = behindProxy(seconds * SECOND);
    const { client } = await lanes.subscriber();
    await lanes.time.pass(55 * MINUTE);
    expect([cuts.length, client.connection.status]).toEqual([1, 'open']);
    const pings = lanes.socket.sent.filter(({ action }) => action === 'ping').length;
    expect(pings).toBeLessThan((55 * 60) / (0.65 * seconds));
  },
);

it('a connection behind a router that forgets idle connections after a minute is kept after some losses', async () => {
  const { client } = await lanes.subscriber();
  const forget = () => {
    for (const socket of lanes.open) {
      if (lanes.time.now() >= socket.activeAt + MINUTE) {
        lanes.frames = (_, from) => (from === socket ? '' : undefined);
      }
    }
    lanes.time.setTimeout(forget, SECOND);
  };
  forget();
  await lanes.time.pass(30 * MINUTE);
  const sockets = lanes.sockets.length;
  await lanes.time.pass(20 * MINUTE);
  expect([lanes.sockets.length - sockets, client.connection.status]).toEqual([0, 'open']);
});

it('a connection behind such a proxy tries a longer interval after an hour, and then ever more rarely', async () => {
  const cuts = behindProxy(55 * SECOND);
  await lanes.subscriber();
  await lanes.time.pass(16 * HOUR);
  const hours = cuts.slice(1).map((at, index) => Math.round((at - (cuts[index] ?? 0)) / HOUR));
  expect(hours).toEqual([1, 2, 4, 8]);
});

it.each([
  ['after less than 15 seconds without traffic', 14 * SECOND, 1006],
  ['with a close frame', 55 * SECOND, 1001],
])('a connection that breaks %s does not change the interval of pings', async (_, idle, code) => {
  await lanes.subscriber();
  await lanes.time.pass(idle);
  lanes.socket.break(code);
  await lanes.time.pass(SECOND + 4 * MINUTE - 1);
  expect(lanes.socket.sent.map(({ action }) => action)).toEqual(['subscribe']);
});

it('a client in another network pings half as often', async () => {
  const browser = new Browser();
  browser.install();
  try {
    await lanes.subscriber();
    await lanes.time.pass(50 * SECOND);
    lanes.socket.break();
    await lanes.time.pass(SECOND);
    browser.emit('online');
    const { sent } = lanes.socket;
    const before = sent.length;
    await lanes.time.pass(70 * SECOND - 1);
    expect(sent.length).toBe(before);
    await lanes.time.pass(1);
    expect(sent.length).toBe(before + 1);
  } finally {
    lanes.end();
    browser.remove();
  }
});
