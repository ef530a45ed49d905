/** A price of AWS, without free tiers and discounts for volume. CloudFront and data transfer have a {@link BandedPrice}. */
export interface Price {
  readonly usd: number;
  readonly unit: string;
  /** Source and date. */
  readonly source: string;
}

/** A price that depends on the amount of a month. */
export interface BandedPrice {
  /** Amount up to which a price applies, and USD of each unit between the band before and this amount. The last band has no end. */
  readonly bands: readonly (readonly [upTo: number, usd: number])[];
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

/** Prices of CloudFront for viewers in the United States and Europe, free tier of an account included. Other places are more expensive. */
export const CLOUDFRONT = {
  request: {
    bands: [
      [1e7, 0],
      [Number.POSITIVE_INFINITY, 1e-6],
    ],
    unit: 'CloudFront HTTPS request, United States',
    source: PRICE_LIST('2026-09-29'),
  },
  toClient: {
    bands: [
      [1024, 0],
      [10_240, 0.085],
      [51_200, 0.08],
      [153_600, 0.06],
      [512_000, 0.04],
      [1_048_576, 0.03],
      [5_242_880, 0.025],
      [Number.POSITIVE_INFINITY, 0.02],
    ],
    unit: 'GB from CloudFront to clients',
    source: PRICE_LIST('2026-09-29'),
  },
  toOrigin: {
    bands: [[Number.POSITIVE_INFINITY, 0.02]],
    unit: 'GB from CloudFront to an origin',
    source: 'price of CloudFront in the test data of infracost, a public repository, without a date',
  },
} satisfies Record<string, BandedPrice>;

/** Price of what a Region sends to the internet itself. The first 100 GB are free for the whole account. */
export const INTERNET: BandedPrice = {
  bands: [
    [100, 0],
    [10_340, 0.09],
    [51_300, 0.085],
    [153_700, 0.07],
    [Number.POSITIVE_INFINITY, 0.05],
  ],
  unit: 'GB from a Region to the internet',
  source: PRICE_LIST('2026-09-24'),
};

/** @returns the cost of an amount of a month, in USD */
export function costOf({ bands }: BandedPrice, amount: number): number {
  return bands.reduce((sum, [upTo, usd], index) => {
    const from = bands[index - 1]?.[0] ?? 0;
    return sum + Math.max(0, Math.min(amount, upTo) - from) * usd;
  }, 0);
}
