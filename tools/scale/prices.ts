import { priceOf } from '../prices/price';

/** Prices of what a publish, a connection or a server uses. */
export const PRICES = {
  write: priceOf('DynamoDB', 'on-demand write, 1 KB'),
  read: priceOf('DynamoDB', 'on-demand read, 4 KB, strongly consistent'),
  queueRequest: priceOf('SQS', 'standard request, per 64 KB'),
  invocation: priceOf('Lambda', 'request'),
  gigabyteSecond: priceOf('Lambda', 'arm64 duration'),
  provisionedGigabyteSecond: priceOf('Lambda', 'arm64 provisioned concurrency, kept warm'),
  post: priceOf('API Gateway WebSocket', 'message, either direction, per 32 KB'),
  connectionMinute: priceOf('API Gateway WebSocket', 'connection minute'),
  loadBalancerHour: priceOf('ApplicationELB', 'hour'),
  lcuHour: priceOf('ApplicationELB', 'capacity unit'),
  addressHour: priceOf('VPC', 'public IPv4, in use or idle'),
  vcpuHour: priceOf('Fargate', 'arm64 vCPU'),
  gigabyteHour: priceOf('Fargate', 'arm64 memory'),
};

/** Prices of CloudFront for viewers in the United States and Europe. Other places are more expensive. */
export const CLOUDFRONT = {
  request: priceOf('CloudFront', 'HTTPS request, US'),
  toClient: priceOf('CloudFront', 'data out, US and Europe'),
  toOrigin: priceOf('CloudFront', 'data out to an origin, US and Europe'),
};

/** Price of what a Region sends to the internet itself. */
export const INTERNET = priceOf('Data transfer', 'out to the internet');
