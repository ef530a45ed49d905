import { Match, Template } from 'aws-cdk-lib/assertions';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { httpLane } from '../lanes';
import { testStack } from '../synthesized';

describe('the constructs of an HTTP lane on Fargate', () => {
  const stack = testStack();
  const { service, cluster, taskDefinition } = httpLane(stack).compute;
  taskDefinition?.addContainer('Sidecar', { image: ContainerImage.fromRegistry('example/sidecar') });
  service
    ?.metricCpuUtilization()
    .createAlarm(stack, 'CpuAlarm', { threshold: 90, evaluationPeriods: 3, alarmDescription: 'HTTP lane: CPU' });
  const template = Template.fromStack(stack);

  test('allow a sidecar container', () => {
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({ Name: 'Service', Memory: 512 }),
        Match.objectLike({ Name: 'Sidecar', Image: 'example/sidecar', Memory: Match.absent() }),
      ],
    });
  });

  test('have metrics for alarms', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'CPUUtilization',
      Dimensions: [
        { Name: 'ClusterName', Value: stack.resolve(cluster?.clusterName) },
        { Name: 'ServiceName', Value: stack.resolve(service?.serviceName) },
      ],
    });
  });
});

test('the function of an HTTP lane on Lambda has metrics for alarms', () => {
  const stack = testStack();
  const { function: service } = httpLane(stack, { compute: HttpCompute.lambda() }).compute;
  service?.function.metricThrottles().createAlarm(stack, 'Throttled', { threshold: 1, evaluationPeriods: 1 });
  Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'Throttles',
    Dimensions: [{ Name: 'FunctionName', Value: stack.resolve(service?.function.functionName) }],
  });
});
