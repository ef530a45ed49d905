import { costOf, HOURS_OF_MONTH, SECONDS_OF_MONTH } from '../prices/price';
import { clientInvocations } from './client-functions';
import { framesOfClients } from './clients';
import { connectionWrites, subscriptionReads } from './connection-table';
import { Cost, Servers } from './facts';
import { monthOf, postingFunctions } from './functions';
import { gatewayTotal, internetCost } from './gateway-cost';
import type { Load } from './load';
import { PRICES } from './prices';
import { costOfWork, REQUESTS_OF_ENTRY } from './publish-cost';
import { postsOf } from './recipients';
import { lcusOf, tasksOf, vcpusOf } from './tasks';

/**
 * Cost of an entry of the WebSocket lane for a month of 730 hours, in USD. Without what is the same for both entries, such as tickets and
 * the message log, except the bytes to clients: they are a part of their own, `transfer` or `gateway`, because CloudFront has another
 * price for them.
 */
export interface EntryCost {
  /** API Gateway's connection minutes. With servers: the hours, LCUs and public addresses of the load balancer. */
  readonly connections: number;
  /** API Gateway's messages: posts, frames of clients, and their answers. 0 with servers. */
  readonly messages: number;
  /** Functions that answer clients. With servers: their tasks. */
  readonly compute: number;
  /** Functions that post, and their queue. */
  readonly posting: number;
  /** Reads and writes of the connection table. */
  readonly table: number;
  /** Bytes that the lanes send to clients over the internet. 0 with CloudFront, whose price contains them. */
  readonly transfer: number;
  /** CloudFront in front of both lanes: requests, and bytes in both directions. 0 without. */
  readonly gateway: number;
  readonly total: number;
}

export function entryCost(load: Load): EntryCost {
  const behind = load.gateway === 'cloudFront';
  const parts = {
    ...(load.entry === 'apiGateway' ? ofApiGateway(load) : ofServers(load)),
    posting: ofPosting(load),
    table: SECONDS_OF_MONTH * (connectionWrites(load) * PRICES.write.usd + subscriptionReads(load) * PRICES.read.usd),
    transfer: behind ? 0 : internetCost(load),
    gateway: behind ? gatewayTotal(load) : 0,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/** @returns the cost without the bytes to clients, and without CloudFront, in USD: what differs between the entries */
export function costWithoutTransfer(load: Load): number {
  const { total, transfer, gateway } = entryCost(load);
  return total - transfer - gateway;
}

type Parts = Pick<EntryCost, 'connections' | 'messages' | 'compute'>;

function ofApiGateway(load: Load): Parts {
  const { hintPosts, batchPosts } = postsOf(load);
  const frames = framesOfClients(load);
  const invocations = Object.values(clientInvocations(load)).reduce((sum, each) => sum + each, 0);
  return {
    connections: load.connections * HOURS_OF_MONTH * 60 * PRICES.connectionMinute.usd,
    messages: costOf(PRICES.post, SECONDS_OF_MONTH * (hintPosts + batchPosts + 2 * frames)),
    compute: costOfWork(
      monthOf({ invocations, seconds: invocations * Cost.answerSeconds.value }),
      Cost.functionMemory.value,
    ),
  };
}

function ofServers(load: Load): Parts {
  const taskHour = vcpusOf(load) * PRICES.vcpuHour.usd + (load.taskMemory / 1024) * PRICES.gigabyteHour.usd;
  // Behind CloudFront the load balancer is internal by default, without public addresses.
  const addresses = load.gateway === 'cloudFront' ? 0 : Servers.loadBalancerZones.value * PRICES.addressHour.usd;
  return {
    connections: HOURS_OF_MONTH * (PRICES.loadBalancerHour.usd + addresses + lcusOf(load) * PRICES.lcuHour.usd),
    messages: 0,
    compute: HOURS_OF_MONTH * tasksOf(load) * taskHour,
  };
}

function ofPosting(load: Load): number {
  const { push, deliver, queueBatches } = postingFunctions(load);
  return (
    costOfWork(monthOf(push), load.pushMemory) +
    costOfWork(monthOf(deliver), load.deliverMemory) +
    SECONDS_OF_MONTH * queueBatches * REQUESTS_OF_ENTRY * PRICES.queueRequest.usd
  );
}
