import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { defaultQuotas, LOG_RETENTION_DAYS } from '../../lib/aws-limits';

test('The retentions are those of aws-cdk-lib, all but "for ever"', () => {
  const known = Object.values(RetentionDays).filter(
    (days) => typeof days === 'number' && days !== RetentionDays.INFINITE,
  );
  expect([...LOG_RETENTION_DAYS]).toEqual(known);
});

test('The Regions with a smaller quota of API Gateway are the thirteen that AWS lists, and all exist', () => {
  const smaller = RegionInfo.regions.filter(({ name }) => defaultQuotas(name).apiGatewayRequestsPerSecond === 2500);
  expect(smaller).toHaveLength(13);
});
