import { Fn, Stack } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ICanary } from 'aws-cdk-lib/aws-synthetics';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IWebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct, IConstruct } from 'constructs';
import type { LaneFunction } from '../functions/lane-function';
import { partitionOf } from '../partition';

/** Domain of the console, by partition. */
const DOMAINS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** @returns the URL of a page of the console in the Region of the stack */
export function consoleUrlOf(scope: Construct, page: string): string {
  const { region } = Stack.of(scope);
  return `https://${region}.${DOMAINS[partitionOf(region) ?? 'aws'] ?? DOMAINS.aws}/${page}`;
}

export function loadBalancerPage(loadBalancer: IApplicationLoadBalancer): string {
  return `ec2/home?region=${regionOf(loadBalancer)}#LoadBalancer:loadBalancerArn=${loadBalancer.loadBalancerArn};tab=monitoring`;
}

export function servicePage(service: FargateService): string {
  return `ecs/v2/clusters/${service.cluster.clusterName}/services/${service.serviceName}/health?region=${regionOf(service)}`;
}

/** @returns the page of the only function, or the list */
export function functionsPage(functions: readonly LaneFunction[]): string {
  const [first, ...others] = functions;
  const list = `lambda/home?region=${first ? regionOf(first) : ''}#/functions`;
  return first && others.length === 0 ? `${list}/${first.function.functionName}?tab=monitoring` : list;
}

export function apiPage(api: IWebSocketApi): string {
  return `apigateway/main/api-detail?api=${api.apiId}&region=${regionOf(api)}`;
}

export function tablePage(table: ITable): string {
  return `dynamodbv2/home?region=${regionOf(table)}#table?name=${table.tableName}&tab=monitoring`;
}

/** The console has the URL of the queue in the path. A token cannot be encoded, so the URL is built from its parts. */
export function queuePage(queue: IQueue): string {
  const { region, account, urlSuffix } = Stack.of(queue);
  return `sqs/v3/home?region=${region}#/queues/https%3A%2F%2Fsqs.${region}.${urlSuffix}%2F${account}%2F${queue.queueName}`;
}

export function queuesPage(queue: IQueue): string {
  return `sqs/v3/home?region=${regionOf(queue)}#/queues`;
}

export function certificatePage(certificate: ICertificate): string {
  const id = Fn.select(1, Fn.split('/', certificate.certificateArn));
  return `acm/home?region=${regionOf(certificate)}#/certificates/${id}`;
}

export function distributionPage(distribution: Distribution): string {
  return `cloudfront/v4/home#/distributions/${distribution.distributionId}`;
}

/** @returns the page of a canary of CloudWatch Synthetics, with its runs */
export function canaryPage(canary: ICanary): string {
  return `cloudwatch/home?region=${regionOf(canary)}#synthetics:canary/detail/${canary.canaryName}`;
}

/** @param name - name of an alarm */
export function alarmPage(scope: Construct, name: string): string {
  return `cloudwatch/home?region=${regionOf(scope)}#alarmsV2:alarm/${name}`;
}

/** @param service - `lambda` @param quota - `L-B99A9384` */
export function quotaPage(service: string, quota: string): string {
  return `servicequotas/home/services/${service}/quotas/${quota}`;
}

function regionOf(construct: IConstruct): string {
  return Stack.of(construct).region;
}
