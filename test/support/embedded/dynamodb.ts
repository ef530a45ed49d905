import { JsonClient } from '../../../lambda/aws/json-client';
import { Access } from '../../../tools/local/aws/access';
import { Database } from '../../../tools/local/aws/dynamodb/database';
import { DynamoDBService } from '../../../tools/local/aws/dynamodb/dynamodb-service';
import { TimeToLive } from '../../../tools/local/aws/dynamodb/time-to-live';
import { Endpoint } from '../../../tools/local/aws/endpoint';
import type { Failure } from '../../../tools/local/aws/failure';
import type { Service } from '../../../tools/local/aws/service';
import { table } from '../../../tools/local/test/aws/fixture';

/** A DynamoDB in this process, on loopback and in memory: the local runner's own. */
export interface EmbeddedDynamoDB {
  /** `http://127.0.0.1:{port}` */
  endpoint: string;
  client: JsonClient;
  /** Answers the next transactions so. */
  interrupt(...interruptions: Interruption[]): void;
  close(): Promise<void>;
}

/** What a transaction is answered instead, and whether it is done all the same. */
interface Interruption {
  answer: Failure;
  done: boolean;
}

/** @param names of its tables, each with the keys pk and sk */
export async function embeddedDynamoDB(...names: string[]): Promise<EmbeddedDynamoDB> {
  const tables = names.map((name) => table(name));
  const place = { region: 'us-east-1', accountId: '000000000000', tables };
  const database = await Database.open(place);
  const timeToLive = new TimeToLive(database, tables, Date.now);
  const service = new DynamoDBService({ ...place, database, timeToLive, now: Date.now });
  const interruptions: Interruption[] = [];
  const log = () => undefined;
  const endpoint = await Endpoint.open({
    port: 0,
    services: { DynamoDB_20120810: interrupted(service, interruptions) },
    access: new Access({ authorize: async (_role, action, resource) => ({ allowed: true, action, resource }) }, log),
    log,
  });
  return {
    endpoint: endpoint.url,
    client: new JsonClient({
      service: 'dynamodb',
      target: 'DynamoDB_20120810',
      timeout: 2000,
      endpoint: new URL(endpoint.url),
      region: place.region,
      credentials: () => ({ accessKeyId: 'embedded', secretAccessKey: 'embedded' }),
    }),
    interrupt: (...more) => interruptions.push(...more),
    async close() {
      await endpoint.close();
      await database.close();
    },
  };
}

function interrupted(service: Service, interruptions: Interruption[]): Service {
  return {
    async answer(operation, input, call) {
      const interruption = operation === 'TransactWriteItems' ? interruptions.shift() : undefined;
      if (!interruption) {
        return service.answer(operation, input, call);
      }
      if (interruption.done) {
        await service.answer(operation, input, call);
      }
      throw interruption.answer;
    },
    denied: service.denied,
  };
}
