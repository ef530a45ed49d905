import type { TableBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { Property } from './property';

/** Properties of indexes that CloudFormation and CreateTable share, and that have an effect on a local table. */
const INDEX_PROPERTIES = ['IndexName', 'KeySchema', 'Projection'];

/** Reads each `AWS::DynamoDB::Table` and `GlobalTable`. Of a global table only the local replica runs. */
export function tablesOf(assembly: Assembly): TableBlueprint[] {
  return assembly.ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map((resource) => {
    const indexes = (name: string): object[] =>
      resource
        .property(name)
        .items()
        .map((index) => ({
          ...Object.fromEntries(
            INDEX_PROPERTIES.filter((key) => index.at(key).exists).map((key) => [key, index.at(key).value()]),
          ),
          ...throughputOf(index.at('ProvisionedThroughput')),
        }));
    const globalSecondaryIndexes = indexes('GlobalSecondaryIndexes');
    const localSecondaryIndexes = indexes('LocalSecondaryIndexes');
    const throughput = resource.property('ProvisionedThroughput');
    const timeToLive = resource.property('TimeToLiveSpecification');
    const streamViewType = resource.property('StreamSpecification').at('StreamViewType').optionalText();
    const streamArn = resource.identity.attributes.StreamArn;
    return {
      ...resource.regional,
      definition: {
        KeySchema: resource.property('KeySchema').value(),
        AttributeDefinitions: resource.property('AttributeDefinitions').value(),
        BillingMode: throughput.exists ? 'PROVISIONED' : 'PAY_PER_REQUEST',
        ...throughputOf(throughput),
        ...(globalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes: globalSecondaryIndexes }),
        ...(localSecondaryIndexes.length > 0 && { LocalSecondaryIndexes: localSecondaryIndexes }),
      },
      ...(timeToLive.at('Enabled').flag(false) && { timeToLiveAttribute: timeToLive.at('AttributeName').text() }),
      ...(streamViewType && { streamViewType, streamArn }),
    };
  });
}

/** CreateTable requires numbers. A template can have text instead, such as the value of a parameter. */
function throughputOf(throughput: Property): object {
  if (!throughput.exists) return {};
  const units = (name: string) => throughput.at(name).number(0);
  return {
    ProvisionedThroughput: {
      ReadCapacityUnits: units('ReadCapacityUnits'),
      WriteCapacityUnits: units('WriteCapacityUnits'),
    },
  };
}
