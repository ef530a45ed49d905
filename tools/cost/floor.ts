import { HOURS_OF_MONTH, priceOf, SECONDS_OF_MONTH } from '../prices/price';
import { Billed } from '../scale/bill-facts';
import { emptyPolls } from '../scale/queues';
import { type Charge, charges } from './charge';
import { FUNCTIONS, type Stage, type StageService } from './stage';
import { taskRows } from './task-rows';

/** Charges of a stage by time, without those of what observes it. */
export function floorCharges(stage: Stage): Charge[] {
  return [
    ...charges('floor', false, [
      ['load balancers', priceOf('ApplicationELB', 'hour'), HOURS_OF_MONTH * stage.loadBalancers],
      ['public IPv4 addresses', priceOf('VPC', 'public IPv4, in use or idle'), HOURS_OF_MONTH * stage.addresses],
      ['NAT gateways', priceOf('NAT gateway', 'hour'), HOURS_OF_MONTH * stage.natGateways],
      ['interface endpoints', priceOf('VPC', 'interface endpoint'), HOURS_OF_MONTH * stage.interfaceEndpoints],
    ]),
    ...leastTasks('HTTP tasks, at least', stage.httpService),
    ...leastTasks('WebSocket tasks, at least', stage.servers),
    ...charges('floor', false, [
      [
        'provisioned concurrency',
        priceOf('Lambda', 'arm64 provisioned concurrency, kept warm'),
        SECONDS_OF_MONTH * provisionedGigabytes(stage),
      ],
      ['web ACLs', priceOf('WAF', 'web ACL'), stage.webAcls],
      ['rules of web ACLs', priceOf('WAF', 'rule, or rule group'), stage.webAclRules],
      ['hosted zones', priceOf('Route 53', 'hosted zone'), stage.hostedZones],
      ['secrets', priceOf('Secrets Manager', 'secret'), stage.secrets],
      ['keys', priceOf('KMS', 'customer managed key'), stage.keys],
      ['images of services', priceOf('ECR', 'storage'), stage.images * Billed.imageGigabytes.value],
      ['polls of empty queues', priceOf('SQS', 'standard request, per 64 KB'), stage.polledQueues * emptyPolls()],
    ]),
  ];
}

function leastTasks(what: string, service: StageService | undefined): Charge[] {
  return service === undefined ? [] : charges('floor', false, taskRows(what, service, service.minTasks));
}

function provisionedGigabytes({ functions }: Stage): number {
  return FUNCTIONS.reduce((sum, name) => {
    const { memory = 0, provisioned = 0 } = functions[name] ?? {};
    return sum + (memory / 1024) * provisioned;
  }, 0);
}
