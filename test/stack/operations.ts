interface AttributeValue {
  readonly S?: string;
}

type Item = Readonly<Record<string, AttributeValue>>;

/** A request to DynamoDB, or a write of a transaction. */
interface Input {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ExpressionAttributeValues?: Item;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Item[] }>>;
  readonly TransactItems?: readonly Readonly<Record<string, Input>>[];
}

/** Operation that a write of a transaction needs the permission of. */
const OF_TRANSACTION: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

/** @returns what a request to DynamoDB needs the permission of: `connections PutItem TOPIC#` */
export function operationsIn(operation: string, input: Input): string[] {
  const { TableName, Key, Item, ExpressionAttributeValues, RequestItems = {}, TransactItems = [] } = input;
  const ofBatch = Object.entries(RequestItems).flatMap(([table, { Keys }]) =>
    Keys.map((key) => `${table} ${operation} ${prefixOf(key.pk)}`),
  );
  const ofTransaction = TransactItems.flatMap((write) =>
    Object.entries(write).flatMap(([name, each]) => operationsIn(OF_TRANSACTION[name] ?? name, each)),
  );
  const key = Key?.pk ?? Item?.pk ?? ExpressionAttributeValues?.[':pk'];
  return [...ofBatch, ...ofTransaction, ...(TableName ? [`${TableName} ${operation} ${prefixOf(key)}`] : [])];
}

function prefixOf(key: AttributeValue | undefined): string {
  return key?.S?.replace(/#.*/, '#') ?? 'unknown';
}
