import { Template } from 'aws-cdk-lib/assertions';
import { AccountLoggingRole } from '../../../../lib/websocket-lane/api-gateway/account-logging-role';
import { testStack } from '../../synthesized';

describe('the logging role of API Gateway', () => {
  const stack = testStack();
  new AccountLoggingRole(stack, 'Logging');
  const template = Template.fromStack(stack);
  const [role] = Object.keys(template.findResources('AWS::IAM::Role'));

  test('is set for the account, and is retained when the stack is deleted', () => {
    template.hasResource('AWS::ApiGateway::Account', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { CloudWatchRoleArn: { 'Fn::GetAtt': [role, 'Arn'] } },
    });
    template.hasResource('AWS::IAM::Role', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('can be assumed by API Gateway only, and has the AWS managed policy for logs', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'apigateway.amazonaws.com' } }],
      },
      ManagedPolicyArns: [
        {
          'Fn::Join': [
            '',
            ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs'],
          ],
        },
      ],
    });
  });
});
