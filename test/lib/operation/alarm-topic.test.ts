import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { testStack } from '../synthesized';
import { watchedTwinlane } from './watched-lanes';

test('a topic that is given is notified instead of a new one', () => {
  const stack = testStack();
  const alarmTopic = Topic.fromTopicArn(stack, 'Given', 'arn:aws:sns:us-east-1:111122223333:Operators');
  watchedTwinlane(stack, { operation: { alarmTopic } });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::SNS::Topic', 0);
  template.allResourcesProperties('AWS::CloudWatch::CompositeAlarm', {
    AlarmActions: ['arn:aws:sns:us-east-1:111122223333:Operators'],
  });
});

test('only alarms of the account and Region can publish to the topic', () => {
  const stack = testStack();
  watchedTwinlane(stack);
  Template.fromStack(stack).hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: {
              'aws:SourceArn': {
                'Fn::Join': ['', ['arn:aws:cloudwatch:us-east-1:', { Ref: 'AWS::AccountId' }, ':alarm:*']],
              },
            },
          },
        }),
      ]),
    },
  });
});
