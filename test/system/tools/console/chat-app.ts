import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyDirectory } from '../../../support/cloud-assembly';

const ARN_OF_TABLE = { 'Fn::GetAtt': ['Rooms', 'Arn'] };
const ARN_OF_QUEUE = { 'Fn::GetAtt': ['Moderation', 'Arn'] };
const CONNECTIONS = {
  'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Chat}/live/POST/@connections/*',
};

/** `$connect` writes the connection to the table. */
const ENTER = `
const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const dynamo = new DynamoDBClient();
exports.handler = async ({ requestContext: { connectionId, authorizer } }) => {
  console.log('somebody enters');
  const Item = { id: { S: connectionId }, who: { S: authorizer.principalId } };
  await dynamo.send(new PutItemCommand({ TableName: process.env.ROOMS, Item }));
  return { statusCode: 200 };
};`;

/** `say` sends the body to the queue and answers; `leave` deletes the item, which its role does not allow. */
const SAY = `
const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
const { DynamoDBClient, DeleteItemCommand } = require('@aws-sdk/client-dynamodb');
exports.handler = async ({ body, requestContext: { routeKey, connectionId } }) => {
  if (routeKey === 'leave') {
    const Key = { id: { S: connectionId } };
    await new DynamoDBClient().send(new DeleteItemCommand({ TableName: process.env.ROOMS, Key }));
  }
  await new SQSClient().send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: body }));
  return { statusCode: 200, body: 'said' };
};`;

/** Lets in everyone whose token has a subject. */
const GUARD = `
exports.handler = async ({ queryStringParameters: { token }, methodArn }) => {
  const [, claims] = token.split('.');
  if (!claims) throw new Error('Unauthorized');
  const principalId = JSON.parse(Buffer.from(claims, 'base64url')).sub;
  const Statement = [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: methodArn }];
  return { principalId, policyDocument: { Version: '2012-10-17', Statement } };
};`;

/** An app that shows all that the console can show. @returns the folder of its assembly */
export function chatApp(): string {
  return assemblyOf({
    Resources: {
      Pool: { Type: 'AWS::Cognito::UserPool' },
      PoolClient: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Pool' } } },
      Rooms: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        },
      },
      Moderation: { Type: 'AWS::SQS::Queue' },
      ...functionOf('Enter', ENTER, [{ Action: 'dynamodb:PutItem', Resource: ARN_OF_TABLE }], {
        ROOMS: { Ref: 'Rooms' },
      }),
      ...functionOf(
        'Say',
        SAY,
        [
          { Action: 'sqs:SendMessage', Resource: ARN_OF_QUEUE },
          { Action: 'execute-api:ManageConnections', Resource: CONNECTIONS },
        ],
        { ROOMS: { Ref: 'Rooms' }, QUEUE: { Ref: 'Moderation' } },
      ),
      ...functionOf('Guard', GUARD, []),
      Chat: {
        Type: 'AWS::ApiGatewayV2::Api',
        Properties: { Name: 'chat', ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
      },
      Stage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: { ApiId: { Ref: 'Chat' }, StageName: 'live', AutoDeploy: true },
      },
      Authorizer: {
        Type: 'AWS::ApiGatewayV2::Authorizer',
        Properties: {
          ApiId: { Ref: 'Chat' },
          AuthorizerType: 'REQUEST',
          Name: 'guard',
          AuthorizerUri: invocationOf('Guard'),
          IdentitySource: ['route.request.querystring.token'],
        },
      },
      ...routeOf('Connect', '$connect', 'Enter', { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } }),
      ...routeOf('SayRoute', 'say', 'Say'),
      ...routeOf('LeaveRoute', 'leave', 'Say'),
    },
  });
}

function functionOf(id: string, source: string, statements: object[], variables: object = {}): object {
  return {
    [`${id}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {},
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
            },
          },
        ],
      },
    },
    [id]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: source },
        Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
        Environment: { Variables: variables },
        MemorySize: 256,
        Timeout: 10,
      },
    },
  };
}

function invocationOf(fn: string): object {
  return {
    'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${fn}.Arn}/invocations`,
  };
}

function routeOf(id: string, routeKey: string, fn: string, more: object = {}): object {
  return {
    [`${id}Integration`]: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { ApiId: { Ref: 'Chat' }, IntegrationType: 'AWS_PROXY', IntegrationUri: invocationOf(fn) },
    },
    [id]: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Chat' },
        RouteKey: routeKey,
        Target: { 'Fn::Sub': `integrations/\${${id}Integration}` },
        RouteResponseSelectionExpression: '$default',
        ...more,
      },
    },
    ...(routeKey.startsWith('$')
      ? {}
      : {
          [`${id}Response`]: {
            Type: 'AWS::ApiGatewayV2::RouteResponse',
            Properties: { ApiId: { Ref: 'Chat' }, RouteId: { Ref: id }, RouteResponseKey: '$default' },
          },
        }),
  };
}

/** Writes an assembly with one stack. @returns its folder */
function assemblyOf(template: object): string {
  const directory = emptyDirectory();
  const artifacts = {
    Chat: {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile: 'Chat.template.json' },
    },
  };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version: '36.0.0', artifacts }));
  writeFileSync(join(directory, 'Chat.template.json'), JSON.stringify(template));
  return directory;
}
