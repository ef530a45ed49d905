/** A price of AWS, without free tiers and discounts for volume. */
export interface Price {
  readonly usd: number;
  readonly unit: string;
  /** Source and date. */
  readonly source: string;
}

/** The Region of the prices. Most Regions are more expensive. */
const PRICED_REGION = 'us-east-1';

const price = (usd: number, unit: string, source: string): Price => ({ usd, unit, source });

const PRICE_LIST = (date: string) => `AWS Price List, ${PRICED_REGION}, read ${date}`;

/** Prices of what a publish, a connection or a server uses. */
export const PRICES = {
  write: price(6.25e-7, 'DynamoDB write request unit, 1 KB', PRICE_LIST('2026-09-29')),
  read: price(1.25e-7, 'DynamoDB read request unit, 4 KB', PRICE_LIST('2026-09-29')),
  queueRequest: price(4e-7, 'SQS request, standard queue, 64 KB', PRICE_LIST('2026-09-29')),
  invocation: price(2e-7, 'Lambda request', PRICE_LIST('2026-09-06')),
  gigabyteSecond: price(1.33334e-5, 'Lambda GB-second, arm64', PRICE_LIST('2026-09-06')),
  provisionedGigabyteSecond: price(
    3.3334e-6,
    'Lambda GB-second of provisioned concurrency, arm64',
    PRICE_LIST('2026-09-06'),
  ),
  post: price(
    1e-6,
    'API Gateway WebSocket message, 32 KB',
    `AWS Pricing API, ${PRICED_REGION}, read 2025-11-20; 8e-7 after 1e9 messages of a month`,
  ),
  connectionMinute: price(
    2.5e-7,
    'API Gateway WebSocket connection minute',
    `AWS Pricing API, ${PRICED_REGION}, read 2025-11-20`,
  ),
  loadBalancerHour: price(0.0225, 'Application Load Balancer hour', PRICE_LIST('2026-09-29')),
  lcuHour: price(0.008, 'LCU hour', PRICE_LIST('2026-09-29')),
  addressHour: price(0.005, 'public IPv4 address hour', PRICE_LIST('2026-09-17')),
  vcpuHour: price(0.03238, 'Fargate vCPU hour, arm64', PRICE_LIST('2026-08-28')),
  gigabyteHour: price(0.00356, 'Fargate GB hour, arm64', PRICE_LIST('2026-08-28')),
} satisfies Record<string, Price>;
