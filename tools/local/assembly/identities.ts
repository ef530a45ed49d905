import { partitionOf } from '../partition';
import { type Declaration, physicalId, physicalName } from './physical-name';

/** Names of a resource that exists. */
export interface Identity {
  readonly name: string;
  readonly arn: string;
  /** Value of `Ref`. */
  readonly ref: string;
  /** Values of `Fn::GetAtt`, except `Arn`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Input of an identity. */
export interface Declared extends Declaration {
  readonly type: string;
  /** The property's value, or undefined if the template leaves it out. */
  readonly text: (property: string) => string | undefined;
}

/** The identity of a resource: the names in the template, or generated names, which are the same in every run. */
export function identityOf(declared: Declared): Identity {
  const identify = identities[declared.type] ?? notEmulated;
  return identify(declared);
}

const identities: Readonly<Record<string, (declared: Declared) => Identity>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,

  'AWS::SQS::Queue': (declared) => {
    const suffix = declared.text('FifoQueue') === 'true' ? '.fifo' : '';
    const name = declared.text('QueueName') ?? `${physicalName(declared, 80 - suffix.length)}${suffix}`;
    const { region, accountId } = declared;
    const url = `https://sqs.${region}.${partitionOf(region).domain}/${accountId}/${name}`;
    return { name, arn: arn(declared, 'sqs', name), ref: url, attributes: { QueueName: name, QueueUrl: url } };
  },

  'AWS::Lambda::Function': (declared) => {
    const name = declared.text('FunctionName') ?? physicalName(declared, 64);
    return { name, arn: arn(declared, 'lambda', `function:${name}`), ref: name, attributes: {} };
  },
  'AWS::Lambda::Version': (declared) => {
    const qualified = `${functionArn(declared)}:1`;
    return { name: '1', arn: qualified, ref: qualified, attributes: { Version: '1', FunctionArn: qualified } };
  },
  'AWS::Lambda::Alias': (declared) => {
    const name = declared.text('Name') ?? '';
    const qualified = `${functionArn(declared)}:${name}`;
    return { name, arn: qualified, ref: qualified, attributes: { AliasArn: qualified } };
  },
  'AWS::Lambda::LayerVersion': (declared) => {
    const name = declared.text('LayerName') ?? physicalName(declared, 140);
    const versionArn = arn(declared, 'lambda', `layer:${name}:1`);
    return { name, arn: versionArn, ref: versionArn, attributes: { LayerVersionArn: versionArn } };
  },

  'AWS::IAM::Role': (declared) => {
    const name = declared.text('RoleName') ?? physicalName(declared, 64);
    const roleArn = global(declared, 'iam', `role${declared.text('Path') ?? '/'}${name}`);
    return { name, arn: roleArn, ref: name, attributes: { RoleId: physicalName(declared, 32) } };
  },
  'AWS::IAM::ManagedPolicy': (declared) => {
    const name = declared.text('ManagedPolicyName') ?? physicalName(declared, 128);
    const policyArn = global(declared, 'iam', `policy${declared.text('Path') ?? '/'}${name}`);
    return { name, arn: policyArn, ref: policyArn, attributes: { PolicyArn: policyArn } };
  },

  'AWS::ApiGatewayV2::Api': (declared) => {
    const id = physicalId(declared, 10);
    const { region } = declared;
    const partition = partitionOf(region);
    const scheme = declared.text('ProtocolType') === 'WEBSOCKET' ? 'wss' : 'https';
    return {
      name: declared.text('Name') ?? id,
      arn: `arn:${partition.name}:apigateway:${region}::/apis/${id}`,
      ref: id,
      attributes: { ApiId: id, ApiEndpoint: `${scheme}://${id}.execute-api.${region}.${partition.domain}` },
    };
  },
  'AWS::ApiGatewayV2::Stage': (declared) => {
    const name = declared.text('StageName') ?? '';
    return { name, arn: '', ref: name, attributes: {} };
  },
  'AWS::ApiGatewayV2::DomainName': (declared) => {
    const name = declared.text('DomainName') ?? '';
    const { region } = declared;
    const id = physicalId(declared, 10);
    const partition = partitionOf(region);
    const domainNameArn = `arn:${partition.name}:apigateway:${region}::/domainnames/${name}`;
    return {
      name,
      arn: domainNameArn,
      ref: name,
      attributes: {
        DomainNameArn: domainNameArn,
        RegionalDomainName: `d-${id}.execute-api.${region}.${partition.domain}`,
        RegionalHostedZoneId: 'Z00000000000000000000',
      },
    };
  },

  'AWS::ElasticLoadBalancingV2::LoadBalancer': (declared) => {
    const name = declared.text('Name') ?? physicalName(declared, 32);
    const fullName = `app/${name}/${physicalId(declared, 16)}`;
    const loadBalancerArn = arn(declared, 'elasticloadbalancing', `loadbalancer/${fullName}`);
    return {
      name,
      arn: loadBalancerArn,
      ref: loadBalancerArn,
      attributes: {
        LoadBalancerArn: loadBalancerArn,
        LoadBalancerName: name,
        LoadBalancerFullName: fullName,
        DNSName: `${name.toLowerCase()}-${digitsOf(declared)}.${declared.region}.elb.${partitionOf(declared.region).domain}`,
        CanonicalHostedZoneID: 'Z00000000000000000000',
      },
    };
  },
  'AWS::ElasticLoadBalancingV2::Listener': (declared) => {
    const loadBalancerArn = declared.text('LoadBalancerArn') ?? '';
    const id = physicalId(declared, 16);
    const listenerArn = `${loadBalancerArn.replace(':loadbalancer/', ':listener/')}/${id}`;
    return { name: id, arn: listenerArn, ref: listenerArn, attributes: { ListenerArn: listenerArn } };
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': (declared) => {
    const name = declared.text('Name') ?? physicalName(declared, 32);
    const fullName = `targetgroup/${name}/${physicalId(declared, 16)}`;
    const targetGroupArn = arn(declared, 'elasticloadbalancing', fullName);
    return {
      name,
      arn: targetGroupArn,
      ref: targetGroupArn,
      attributes: { TargetGroupArn: targetGroupArn, TargetGroupName: name, TargetGroupFullName: fullName },
    };
  },

  'AWS::ECS::Cluster': (declared) => {
    const name = declared.text('ClusterName') ?? physicalName(declared, 255);
    return { name, arn: arn(declared, 'ecs', `cluster/${name}`), ref: name, attributes: {} };
  },
  'AWS::ECS::Service': (declared) => {
    const name = declared.text('ServiceName') ?? physicalName(declared, 255);
    const cluster = (declared.text('Cluster') ?? 'default').split('/').at(-1);
    const serviceArn = arn(declared, 'ecs', `service/${cluster}/${name}`);
    return { name, arn: serviceArn, ref: serviceArn, attributes: { Name: name, ServiceArn: serviceArn } };
  },
  'AWS::ECS::TaskDefinition': (declared) => {
    const name = declared.text('Family') ?? physicalName(declared, 255);
    const definitionArn = arn(declared, 'ecs', `task-definition/${name}:1`);
    return { name, arn: definitionArn, ref: definitionArn, attributes: { TaskDefinitionArn: definitionArn } };
  },

  'AWS::Cognito::UserPool': (declared) => {
    const { region } = declared;
    const id = `${region}_${physicalId(declared, 9)}`;
    const providerName = `cognito-idp.${region}.${partitionOf(region).domain}/${id}`;
    return {
      name: declared.text('UserPoolName') ?? id,
      arn: arn(declared, 'cognito-idp', `userpool/${id}`),
      ref: id,
      attributes: { UserPoolId: id, ProviderName: providerName, ProviderURL: `https://${providerName}` },
    };
  },
  'AWS::Cognito::UserPoolClient': (declared) => {
    const id = physicalId(declared, 26);
    return { name: declared.text('ClientName') ?? id, arn: '', ref: id, attributes: { ClientId: id } };
  },

  'AWS::Logs::LogGroup': (declared) => {
    const name = declared.text('LogGroupName') ?? physicalName(declared, 512);
    return { name, arn: arn(declared, 'logs', `log-group:${name}:*`), ref: name, attributes: {} };
  },
  'AWS::S3::Bucket': (declared) => {
    const name = declared.text('BucketName') ?? physicalName(declared, 63).toLowerCase();
    const { name: partition, domain } = partitionOf(declared.region);
    const attributes = {
      DomainName: `${name}.s3.${domain}`,
      RegionalDomainName: `${name}.s3.${declared.region}.${domain}`,
    };
    return { name, arn: `arn:${partition}:s3:::${name}`, ref: name, attributes };
  },
  'AWS::CloudFormation::Stack': (declared) => {
    const name = physicalName(declared, 128);
    const stackArn = arn(declared, 'cloudformation', `stack/${name}/local`);
    return { name, arn: stackArn, ref: stackArn, attributes: {} };
  },
  'AWS::SSM::Parameter': (declared) => {
    const name = declared.text('Name') ?? physicalName(declared, 128);
    return {
      name,
      // A name with levels begins with a slash, which the ARN does not repeat.
      arn: arn(declared, 'ssm', `parameter/${name.replace(/^\//, '')}`),
      ref: name,
      attributes: {
        Type: declared.text('Type') ?? 'String',
        // It can refer to a value that is not known, which only a reader of the value needs.
        get Value() {
          return declared.text('Value') ?? '';
        },
      },
    };
  },
  'AWS::SecretsManager::Secret': (declared) => {
    const name = declared.text('Name') ?? physicalName(declared, 64);
    const secretArn = arn(declared, 'secretsmanager', `secret:${name}-${physicalId(declared, 6)}`);
    return { name, arn: secretArn, ref: secretArn, attributes: { Id: secretArn } };
  },

  'AWS::SecretsManager::SecretTargetAttachment': (declared) => {
    const secretArn = declared.text('SecretId') ?? '';
    return { name: secretArn, arn: secretArn, ref: secretArn, attributes: { Id: secretArn } };
  },

  'AWS::CloudFront::Distribution': (declared) => {
    const id = `E${physicalId(declared, 13).toUpperCase()}`;
    const suffix = partitionOf(declared.region).name === 'aws-cn' ? 'cloudfront.cn' : 'cloudfront.net';
    const attributes = { Id: id, DomainName: `d${physicalId(declared, 13)}.${suffix}` };
    return { name: id, arn: global(declared, 'cloudfront', `distribution/${id}`), ref: id, attributes };
  },
  'AWS::CloudFront::VpcOrigin': (declared) => ofCloudFront(declared, 'vpcorigin'),
  'AWS::CloudFront::OriginAccessControl': (declared) => ofCloudFront(declared, 'origin-access-control'),
  'AWS::CloudFront::ResponseHeadersPolicy': (declared) => ofCloudFront(declared, 'response-headers-policy'),

  'AWS::SNS::Subscription': (declared) => {
    const id = physicalId(declared, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    const subscriptionArn = `${declared.text('TopicArn') ?? ''}:${id}`;
    return { name: id, arn: subscriptionArn, ref: subscriptionArn, attributes: {} };
  },
  'AWS::Events::EventBus': (declared) => {
    const name = declared.text('Name') ?? '';
    return { name, arn: arn(declared, 'events', `event-bus/${name}`), ref: name, attributes: { Name: name } };
  },
  'AWS::Events::Rule': (declared) => {
    const name = declared.text('Name') ?? physicalName(declared, 64);
    const bus = (declared.text('EventBusName') ?? 'default').split('/').at(-1);
    const isDefault = bus === 'default';
    return {
      name,
      arn: arn(declared, 'events', isDefault ? `rule/${name}` : `rule/${bus}/${name}`),
      ref: isDefault ? name : `${bus}|${name}`,
      attributes: {},
    };
  },
  'AWS::SNS::Topic': (declared) => {
    const suffix = declared.text('FifoTopic') === 'true' ? '.fifo' : '';
    const name = declared.text('TopicName') ?? `${physicalName(declared, 256 - suffix.length)}${suffix}`;
    const topicArn = arn(declared, 'sns', name);
    return { name, arn: topicArn, ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
  },
};

/** The identity of a resource that is not emulated. Only policies and environment variables refer to it. */
function notEmulated(declared: Declared): Identity {
  const [, service = ''] = declared.type.split('::');
  const name = physicalName(declared, 64);
  return { name, arn: arn(declared, service.toLowerCase(), name), ref: name, attributes: {} };
}

function ofCloudFront(declared: Declared, kind: string): Identity {
  const id = physicalId(declared, 16);
  return { name: id, arn: global(declared, 'cloudfront', `${kind}/${id}`), ref: id, attributes: { Id: id } };
}

/** The number in a load balancer's DNS name. */
function digitsOf(declared: Declared): string {
  return String(Number.parseInt(physicalId(declared, 8), 16)).padStart(10, '0');
}

function table(declared: Declared): Identity {
  const name = declared.text('TableName') ?? physicalName(declared, 255);
  const tableArn = arn(declared, 'dynamodb', `table/${name}`);
  // A stream's label is its creation time.
  return { name, arn: tableArn, ref: name, attributes: { StreamArn: `${tableArn}/stream/2026-01-01T00:00:00.000` } };
}

/** The ARN of the function of a version or an alias, which the template references by name or by ARN. */
function functionArn(declared: Declared): string {
  const named = declared.text('FunctionName') ?? '';
  return named.startsWith('arn:') ? named : arn(declared, 'lambda', `function:${named}`);
}

function arn({ region, accountId }: Declared, service: string, resource: string): string {
  return `arn:${partitionOf(region).name}:${service}:${region}:${accountId}:${resource}`;
}

/** The ARN of a resource without a Region. */
function global({ region, accountId }: Declared, service: string, resource: string): string {
  return `arn:${partitionOf(region).name}:${service}::${accountId}:${resource}`;
}
