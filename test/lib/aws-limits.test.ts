import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { defaultQuotas, LOG_RETENTION_DAYS } from '../../lib/aws-limits';

test('the retention periods are those of aws-cdk-lib except the infinite one', () => {
  const known = Object.values(RetentionDays).filter(
    (days) => typeof days === 'number' && days !== RetentionDays.INFINITE,
  );
  expect([...LOG_RETENTION_DAYS]).toEqual(known);
});

test('exactly thirteen existing Regions have the smaller quota of API Gateway', () => {
  const smaller = RegionInfo.regions.filter(({ name }) => defaultQuotas(name).apiGatewayRequestsPerSecond === 2500);
  expect(smaller).toHaveLength(13);
});
