import { AWS_LATENCIES, type LatencyKind, valueAt } from '../../../tools/local';
import { Cost, type Fact } from '../../../tools/scale/facts';

// The local run is a package of its own, which the estimate does not load. So both have these numbers.
it.each<[LatencyKind, Fact]>([
  ['read', Cost.readSeconds],
  ['write', Cost.writeSeconds],
  ['transaction', Cost.transactionSeconds],
  ['send', Cost.sendSeconds],
  ['queue', Cost.queueSeconds],
  ['post', Cost.postSeconds],
])('the time of a %s in the estimate is the median of the local run with latencies', (kind, { value }) => {
  expect(1000 * value).toBeCloseTo(valueAt(AWS_LATENCIES[kind], 0.5));
});
