import { readFileSync } from 'node:fs';
import { appending } from '../../../tools/scale/appending';
import { costWithoutTransfer, entryCost } from '../../../tools/scale/entry-cost';
import { cheaperFrom } from '../../../tools/scale/entry-tables';
import { estimate } from '../../../tools/scale/estimate';
import { Cost, Quota } from '../../../tools/scale/facts';
import { gatewayTotal, internetCost } from '../../../tools/scale/gateway-cost';
import { DEFAULTS, type Load } from '../../../tools/scale/load';
import { RAISED } from '../../../tools/scale/row';
import { secondsOfNewSockets, secondsOfPosts } from '../../../tools/scale/posting';
import { CLOUDFRONT } from '../../../tools/scale/prices';
import { tables } from '../../../tools/scale/tables';
import { connectCpuOf, vcpusOf } from '../../../tools/scale/tasks';
import { duration, wholeDollars } from '../../../tools/scale/words';

const document = readFileSync('docs/scale.md', 'utf8');

describe('the documents', () => {
  test('have the tables that npm run scale -- --tables prints, to the byte', () => {
    const printed = tables().split('\n\n');
    const ofDelivery = printed.pop();
    const ofEntryPoints = printed.pop();
    expect(printed).toHaveLength(10);
    for (const table of printed) {
      expect(document).toContain(table.trim());
    }
    expect(readFileSync('docs/delivery.md', 'utf8')).toContain(ofDelivery?.trim());
    expect(readFileSync('docs/entry-points.md', 'utf8')).toContain(ofEntryPoints?.trim());
  });

  test('have numbers of servers that agree with the model', () => {
    const busy = { ...DEFAULTS, connections: 1e5, rate: 1 };
    const servers = { ...busy, entry: 'servers' } as const;
    const slow = { ...servers, sendCpu: 5 * DEFAULTS.sendCpu, handshakeCpu: 5 * DEFAULTS.handshakeCpu };
    const window = { maxBatchingWindow: 10 };
    const cost = (load: Load) => wholeDollars(costWithoutTransfer(load));
    const tickets = Quota.tableWrites.value / Cost.ticketWrites.value;
    const tasksForTickets = Math.ceil((tickets * connectCpuOf(servers)) / vcpusOf(servers));
    const behind = { ...servers, gateway: 'cloudFront' } as const;
    const text = document.replace(/\s+/g, ' ');
    for (const sentence of [
      `API Gateway costs ${cost({ ...busy, ...window })}, and servers ${cost({ ...servers, ...window })}.`,
      `one message a second, servers cost ${cost(servers)}. With five times the CPU for sends and handshakes they cost ${cost(slow)}.`,
      `the smallest servers cost about ${cost({ ...servers, connections: 1, rate: 0 })}.`,
      `Below some ${Math.round((cheaperFrom(0, () => 1) ?? 0) / 100) * 100} connections`,
      `less from ${cheaperFrom(1, () => 1)} connections on`,
      `The topic has one shard up to ${Cost.fullShard.value} tasks`,
      `÷ ${Cost.ticketWrites.value} = ${tickets.toLocaleString('en-US')} a second`,
      `with ${tasksForTickets} tasks or more the tickets do`,
      `one message a second of ${DEFAULTS.bytes} bytes, CloudFront costs ${wholeDollars(gatewayTotal(busy))}, and servers behind it ${cost(behind)}: ${wholeDollars(costWithoutTransfer(servers) - costWithoutTransfer(behind))} less than without`,
      `The first ${(CLOUDFRONT.request.free ?? 0) / 1e6} million requests and ${CLOUDFRONT.toClient.free?.toLocaleString('en-US')} GB of a month are free`,
      `sends to the lanes: $${CLOUDFRONT.toOrigin.usd} for each GB`,
      `default quota of Fargate is ${Quota.fargateVcpus.value} vCPUs`,
      `A task holds up to ${DEFAULTS.connectionsPerTask.toLocaleString('en-US')} connections`,
      `the CPU of a send, ${DEFAULTS.sendCpu} µs, and that of a handshake, ${DEFAULTS.handshakeCpu} µs`,
    ]) {
      expect(text).toContain(sentence);
    }
  });

  test.each(['docs/entry-points.md', 'README.md'])('agree with the costs and times of the entries in %s', (path) => {
    const text = readFileSync(path, 'utf8').replace(/ +/g, ' ');
    const few = { ...DEFAULTS, connections: 1e3 };
    const many = { ...DEFAULTS, connections: 1e5, rate: 1 };
    const all = (load: Load) => duration(estimate({ ...load, ...RAISED.servers }).broadcast.all);
    const cost = (load: Load) => wholeDollars(entryCost(load).total);
    const cells = [few, many].flatMap((load) => [cost(load), cost({ ...load, entry: 'servers' })]);
    const behind = (['apiGateway', 'servers'] as const).map((entry) => cost({ ...many, entry, gateway: 'cloudFront' }));
    const transfer = [wholeDollars(internetCost(many)), wholeDollars(gatewayTotal(many))];
    const times = [all({ ...DEFAULTS }), all({ ...DEFAULTS, entry: 'servers' })];
    for (const cell of [...cells, ...times]) {
      expect(text).toContain(`| ${cell} |`);
    }
    for (const amount of [...behind, ...transfer]) {
      expect(text.replace(/[.,;:]?\s+/g, ' ')).toContain(` ${amount} `);
    }
  });

  test('have the times of a message to 100 connections', () => {
    const { broadcast, broadcastFromStream } = estimate({ ...DEFAULTS, connections: 100 });
    const [half, fromStream] = [broadcast, broadcastFromStream].map((each) => Math.round(1000 * each.half));
    const delivery = readFileSync('docs/delivery.md', 'utf8').replace(/ +/g, ' ');
    expect(delivery).toContain(`| Twinlane, after a pause | ${half} |`);
    expect(delivery).toContain(`| Twinlane, from the stream | ${fromStream} |`);
    expect(delivery).toContain(`Of the ${half} ms after a pause`);
  });

  test('have limits that agree with the numbers of the model', () => {
    const perConnection = 1 / DEFAULTS.pingInterval + Cost.requestsPerConnect.value / Cost.connectionSeconds.value;
    const perEntry = Cost.connectWrites.value + Cost.frameWrites.value;
    const perLife = perEntry + Cost.disconnectWrites.value;
    const writesPerConnection = Cost.frameWrites.value / DEFAULTS.pingInterval + perLife / Cost.connectionSeconds.value;
    const million = (count: number) => `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} million`;
    const rate = 1e6;
    const { atMost, partitionWrites } = appending({ rate, bytes: 1024 });
    const { readSeconds, writeSeconds } = Cost;
    const poster = { memory: DEFAULTS.pushMemory, postCpu: DEFAULTS.postCpu };
    const pushSeconds = 3 * readSeconds.value + writeSeconds.value + secondsOfPosts(100, poster);
    const opening = (memory: number) => Math.round(1000 * secondsOfNewSockets(100, { ...poster, memory }));
    const left = (connections: number) => 1e5 - connections * perConnection;
    for (const end of [
      `(1/240 + 2/6150) = ${million(Quota.requestsPerSecond.value / perConnection)} connections`,
      `with 100,000 a second, ${million(1e5 / perConnection)}`,
      `500 × 6150 s = ${million(Quota.connectsPerSecond.value * Cost.connectionSeconds.value)} connections`,
      `× 0.02 s) = ${million(Quota.functionsOfAccount.value / perConnection / Cost.answerSeconds.value)} connections`,
      `(1/240 + ${perLife}/6150) = ${million(Quota.tableWrites.value / writesPerConnection)} connections`,
      `40,000 ÷ ${perEntry} = ${Math.floor(Quota.tableWrites.value / perEntry).toLocaleString('en-US')} new connections a second`,
      `${Cost.publishesOfSubject.value} messages a second, on all its topics`,
      `uses ${Cost.connectWrites.value} units when it opens and subscribes, and one for the frame that subscribes. It uses ${Cost.disconnectWrites.value} when it closes, and ${Cost.ticketWrites.value} in`,
      `${Math.floor(atMost)} messages a second on one topic`,
      `${Cost.groupMessages.value} in ${Math.round((1000 * Cost.groupMessages.value) / atMost)} ms`,
      `÷ (2 × (1 + 1/${Cost.groupMessages.value})) = ${Math.floor((Quota.partitionWrites.value * rate) / partitionWrites)} messages of up to 1 KiB`,
      `${Cost.mostPushes.value} ÷ ${pushSeconds.toFixed(3)} s = ${Math.floor(Cost.mostPushes.value / pushSeconds)} messages after a pause`,
      `Opening 32 of them takes ${opening(DEFAULTS.pushMemory)} ms with one vCPU, and ${opening(1024)} ms with 1,024 MB`,
      `some ${Cost.coldSeconds.value * 1000} ms (unverified)`,
      `of ${Cost.pauseSeconds.value} s and the batching window`,
      `leave ${(Math.round(left(1e6) / 100) * 100).toLocaleString('en-US')}: ${(1e6 / left(1e6)).toFixed(1)} s`,
      `need ${(Math.floor((1e7 * writesPerConnection) / 1000) * 1000).toLocaleString('en-US')} writes a second`,
      `leave ${(Math.round(left(1e7) / 1000) * 1000).toLocaleString('en-US')}: ${Math.round(1e7 / left(1e7) / 60)} minutes`,
    ]) {
      expect(document).toContain(end);
    }
  });
});
