import { RegionInfo } from 'aws-cdk-lib/region-info';
import { isRegion, partitionOf } from '../partition';

test.each(RegionInfo.regions.map(({ name, partition, domainSuffix }) => [name, partition, domainSuffix]))(
  'the Region %s is in the partition %s, with endpoints in %s',
  (region = '', name = '', domain = '') => {
    expect(partitionOf(region)).toEqual({ name, domain });
  },
);

test('a Region that is not known is in the partition aws', () => {
  expect(partitionOf('mars-north-1')).toEqual({ name: 'aws', domain: 'amazonaws.com' });
});

test.each(RegionInfo.regions.map(({ name }) => name))('%s has the form of a Region', (region = '') => {
  expect(isRegion(region)).toBe(true);
});

test.each(['', 'Ireland', 'EU-WEST-1', 'eu-west', 'eu-west-1a', 'eu west 1', 'unknown-region', '../eu-west-1'])(
  '"%s" does not have the form of a Region',
  (text) => {
    expect(isRegion(text)).toBe(false);
  },
);
