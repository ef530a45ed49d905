import { admissionWrites } from '../../../tools/scale/admission-table';
import { Billed } from '../../../tools/scale/bill-facts';
import { clientInvocations } from '../../../tools/scale/client-functions';
import { framesOfClients } from '../../../tools/scale/clients';
import { dispatching } from '../../../tools/scale/dispatching';
import { Gateway } from '../../../tools/scale/facts';
import { httpLcusOf, httpRequestsPerSecond } from '../../../tools/scale/http-requests';
import { DEFAULTS, type Load } from '../../../tools/scale/load';
import { logReads, logWrites } from '../../../tools/scale/log-table';
import { natBytes } from '../../../tools/scale/nat-transfer';
import { pingReads } from '../../../tools/scale/ping-reads';
import { posting } from '../../../tools/scale/posting';
import { emptyPolls, queueRequests } from '../../../tools/scale/queues';
import { storedConnections, storedMessages } from '../../../tools/scale/stored';
import { tracesPerSecond } from '../../../tools/scale/tracing';
import { bytesBetweenZones } from '../../../tools/scale/zone-transfer';

const load = (changed: Partial<Load> = {}): Load => ({ ...DEFAULTS, ...changed });

/** A message each hour: each follows a pause of its topic, and goes the short way. */
const hourly = { rate: 1 / 3600, connections: 100 };

describe('the use of a load', () => {
  it('has six write units for a message of 1 KiB alone, one for its mark, and one for the rate limit of its publisher', () => {
    expect(logWrites(load({ ...hourly, bytes: 1024 }))).toBeCloseTo(7 / 3600, 5);
    const silent = admissionWrites(load({ ...hourly, rate: 0 }));
    expect(admissionWrites(load(hourly)) - silent).toBeCloseTo(1 / 3600, 9);
    // The head, the message, its mark, and the mark that dispatch reads.
    expect(logReads(load(hourly))).toBeCloseTo(4 / 3600, 5);
  });

  it('has three requests for each hint, and for each batch of deliveries', () => {
    expect(queueRequests(load(hourly))).toBeCloseTo(3 / 3600, 4);
    expect(queueRequests(load({ ...hourly, topics: 10 }))).toBeCloseTo(30 / 3600, 3);
    expect(queueRequests(load({ rate: 0 }))).toBe(0);
  });

  it('has five polls each 20 s of a queue that is empty', () => {
    expect(emptyPolls()).toBe(5 * 3 * 60 * 730);
  });

  it('has one invocation of dispatch for each push of a topic, at most', () => {
    const busy = load({ rate: 2, topics: 3 });
    const { hints, batches } = posting(busy);
    expect(dispatching(busy).invocations).toBeCloseTo(3 * (hints + batches), 9);
    expect(dispatching(busy).seconds).toBeCloseTo(3 * (hints * 0.005 + batches * 0.015), 9);
  });

  it('has an invocation of the message function for each frame, and two more functions for each connection', () => {
    const { connect, disconnect, message } = clientInvocations(load({ connections: 6150 }));
    expect([connect, disconnect]).toEqual([1, 1]);
    expect(message).toBe(framesOfClients(load({ connections: 6150 })));
  });

  it('reads the head of a topic once a second in each function and each task, and not more often than clients ping', () => {
    // 417 pings and 16 subscriptions a second keep 8.7 functions busy, each for 20 ms.
    expect(pingReads(load({ connections: 1e5 }))).toBe(0.5 * 9);
    expect(pingReads(load({ connections: 240, topics: 240 }))).toBe(0.5);
    expect(pingReads(load({ connections: 30_000, entry: 'servers' }))).toBeCloseTo(0.5 * 10, 3);
    expect(pingReads(load({ pingInterval: 0 }))).toBe(0);
  });

  it('stores the messages of the retention, and a row for each connection', () => {
    const bytes = 512 + Billed.itemBytes.value;
    expect(storedMessages(load({ topics: 10, rate: 1, bytes: 512 }), 86_400)).toBeCloseTo((864_000 * bytes) / 1e9, 9);
    expect(storedConnections(load({ connections: 1e6 }))).toBeCloseTo(Billed.connectionBytes.value / 1e3, 9);
  });

  it('has requests for tickets, publishes and others, and their LCUs', () => {
    const of = load({ connections: 6150, topics: 5, rate: 2 });
    expect(httpRequestsPerSecond(of, 7)).toBe(1 + 10 + 7);
    // One new connection a second is 1/25 of an LCU, more than the bytes.
    expect(httpLcusOf(load({ connections: 6150, rate: 0 }), 0, 'ip')).toBeCloseTo(1 / 25, 9);
    const [tasks, functions] = (['ip', 'lambda'] as const).map((target) => httpLcusOf(of, 1e4, target));
    const sizes = Gateway.requestBytes.value + Gateway.responseBytes.value;
    expect(tasks).toBeCloseTo((3600 * ((1e4 + 11) * sizes + 10 * 512)) / 1e9, 6);
    expect(functions).toBeCloseTo((tasks ?? 0) / 0.4, 6);
  });

  it('sends hints and log lines through a NAT gateway, and posts to tasks in other zones', () => {
    const quiet = load({ ...hourly, rate: 0 });
    expect(natBytes(quiet, 10) - natBytes(quiet, 0)).toBeCloseTo(10 * Billed.lineBytes.value, 6);
    const hint = Gateway.requestBytes.value + Gateway.responseBytes.value + Billed.lineBytes.value;
    expect(natBytes(load(hourly), 0) - natBytes(quiet, 0)).toBeCloseTo(hint / 3600, 3);
    const servers = load({ entry: 'servers', connections: 30_000, rate: 1 });
    expect(bytesBetweenZones(servers, 2)).toBeCloseTo((10 * 512) / 2, 0);
    expect(bytesBetweenZones(servers, 1)).toBe(0);
  });

  it('has a trace of each invocation up to one a second, and of 5 % of the others', () => {
    expect([0, 0.5, 1, 101].map(tracesPerSecond)).toEqual([0, 0.5, 1, 6]);
  });
});
