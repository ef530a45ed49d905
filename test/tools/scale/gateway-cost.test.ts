import { entryCost } from '../../../tools/scale/entry-cost';
import { Gateway } from '../../../tools/scale/facts';
import { gatewayCost, gatewayTotal, internetCost } from '../../../tools/scale/gateway-cost';
import { DEFAULTS, type Load } from '../../../tools/scale/load';

const HOURS = 730;
const SECONDS = HOURS * 3600;

/** Connections that send no pings and get no messages, unless the test changes it. */
const load = (changed: Partial<Load>): Load => ({ ...DEFAULTS, rate: 0, pingInterval: 0, ...changed });

describe('the price of CloudFront for a month', () => {
  it('counts two requests for each new connection and one for each publish, and none for a frame', () => {
    const connections = 6_150_000;
    const requests = (changed: Partial<Load>) => gatewayCost(load({ connections, ...changed })).requests;
    expect(requests({})).toBeCloseTo((2 * 1000 * SECONDS - 1e7) * 1e-6, 6);
    expect(requests({ pingInterval: 60 })).toBeCloseTo(requests({}), 6);
    expect(requests({ topics: 10, rate: 10 }) - requests({})).toBeCloseTo(100 * SECONDS * 1e-6, 6);
  });

  it('counts the bytes of a message for each client, and those of frames in both directions', () => {
    // More than the last band of both prices, so that the differences have its price.
    const busy = { connections: 1e7, rate: 1 };
    const of = (changed: Partial<Load>) => gatewayCost(load({ ...busy, ...changed }));
    const more = SECONDS * 1e7 * 1e-9;
    expect(of({ bytes: 612 }).toClients - of({ bytes: 512 }).toClients).toBeCloseTo(100 * more * 0.02, 0);
    const pings = { pingInterval: 100 };
    expect(of(pings).toClients - of({}).toClients).toBeCloseTo((Gateway.answerBytes.value / 100) * more * 0.02, 0);
    expect(of(pings).toOrigins - of({}).toOrigins).toBeCloseTo((Gateway.frameBytes.value / 100) * more * 0.02, 0);
    const internet = (bytes: number) => internetCost(load({ ...busy, bytes }));
    expect(internet(612) - internet(512)).toBeCloseTo(100 * more * 0.05, 0);
  });

  it('is nothing for a few quiet connections, because CloudFront has a free tier', () => {
    const { toOrigins, ...others } = gatewayCost({ ...DEFAULTS, connections: 1000 });
    expect(others).toEqual({ requests: 0, toClients: 0 });
    expect(toOrigins).toBeLessThan(0.05);
  });

  it('replaces the transfer to clients in the cost of both entries, and is the same for both', () => {
    for (const entry of ['apiGateway', 'servers'] as const) {
      const [without, behind] = (['none', 'cloudFront'] as const).map((gateway) =>
        entryCost({ ...DEFAULTS, rate: 1, entry, gateway }),
      );
      expect([without?.gateway, behind?.transfer]).toEqual([0, 0]);
      expect(without?.transfer).toBeCloseTo(internetCost({ ...DEFAULTS, rate: 1 }), 6);
      expect(behind?.gateway).toBeCloseTo(gatewayTotal({ ...DEFAULTS, rate: 1 }), 6);
      // An internal load balancer has no public addresses, one in each of three zones.
      const addresses = entry === 'servers' ? 3 * 0.005 * HOURS : 0;
      expect((behind?.total ?? 0) - (without?.total ?? 0)).toBeCloseTo(
        (behind?.gateway ?? 0) - (without?.transfer ?? 0) - addresses,
        6,
      );
    }
  });
});
