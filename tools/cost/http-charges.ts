import { GIGABYTE, HOURS_OF_MONTH, priceOf, SECONDS_OF_MONTH } from '../prices/price';
import { admissionWrites } from '../scale/admission-table';
import { httpLcusOf, httpRequestsPerSecond } from '../scale/http-requests';
import { natBytes } from '../scale/nat-transfer';
import { type Charge, charges } from './charge';
import type { CostLoad } from './cost-load';
import { functionCharges } from './function-charges';
import { neededHttpTasks } from './http-tasks';
import type { Stage, StageService } from './stage';
import { taskRows } from './task-rows';

/** Charges of the HTTP lane by use: publishes, tickets and other requests. */
export function httpCharges(stage: Stage, load: CostLoad): Charge[] {
  const { httpService } = stage;
  if (!httpService && !stage.functions.Service) {
    return [];
  }
  const requests = SECONDS_OF_MONTH * httpRequestsPerSecond(load, load.httpRequestsPerSecond);
  const target = httpService ? 'ip' : 'lambda';
  const egress = (SECONDS_OF_MONTH * natBytes(load, load.httpRequestsPerSecond)) / GIGABYTE;
  return [
    ...charges('http', true, [
      [
        'LCUs of HTTP requests',
        priceOf('ApplicationELB', 'capacity unit'),
        HOURS_OF_MONTH * httpLcusOf(load, load.httpRequestsPerSecond, target),
      ],
      ...(httpService ? taskRows('HTTP tasks beyond the least', httpService, furtherTasks(httpService, load)) : []),
      ['web ACL requests', priceOf('WAF', 'request'), stage.webAcls > 0 ? requests : 0],
      [
        'writes of tickets and rate limits',
        priceOf('DynamoDB', 'on-demand write, 1 KB'),
        SECONDS_OF_MONTH * admissionWrites(load),
      ],
      ['data of NAT gateways', priceOf('NAT gateway', 'data processed'), stage.natGateways > 0 ? egress : 0],
      [
        'data of interface endpoints',
        priceOf('VPC', 'interface endpoint data'),
        stage.interfaceEndpoints > 0 ? egress : 0,
      ],
    ]),
    ...functionCharges('http', ['Service'], stage, load),
  ];
}

/** Tasks that the scaling adds to the least number. */
function furtherTasks(service: StageService, load: CostLoad): number {
  return Math.max(0, neededHttpTasks(service, load) - service.minTasks);
}
