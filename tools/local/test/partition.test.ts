import { RegionInfo } from 'aws-cdk-lib/region-info';
import { partitionOf } from '../partition';

test.each(RegionInfo.regions.map(({ name, partition, domainSuffix }) => [name, partition, domainSuffix]))(
  'the Region %s is in the partition %s, with endpoints in %s',
  (region = '', name = '', domain = '') => {
    expect(partitionOf(region)).toEqual({ name, domain });
  },
);

test('a Region that is not known is in the partition aws', () => {
  expect(partitionOf('mars-north-1')).toEqual({ name: 'aws', domain: 'amazonaws.com' });
});
