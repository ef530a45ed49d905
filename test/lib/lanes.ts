import type { Stack } from 'aws-cdk-lib';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Admission, type AdmissionProps } from '../../lib/authentication/admission';
import { Authentication } from '../../lib/authentication/authentication';
import type { FargateComputeProps } from '../../lib/http-lane/fargate-compute-props';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import { HttpLane, type HttpLaneProps } from '../../lib/http-lane/http-lane';
import { LaneNetwork } from '../../lib/network/lane-network';
import { MessageLog } from '../../lib/storage/message-log';
import { Twinlane, type TwinlaneProps } from '../../lib/twinlane';
import type { ApiGateway } from '../../lib/websocket-lane/api-gateway/api-gateway';
import type { ApiGatewayEntryProps } from '../../lib/websocket-lane/api-gateway/api-gateway-entry-props';
import { WebSocketEntry } from '../../lib/websocket-lane/websocket-entry';
import {
  WebSocketLane,
  type WebSocketLaneOptions,
  type WebSocketLaneProps,
} from '../../lib/websocket-lane/websocket-lane';
import { exampleDomain, exampleZone } from './synthesized';

export const ORIGIN = 'https://app.example.com';

/** An imported VPC. */
export function exampleVpc(stack: Stack): IVpc {
  return Vpc.fromVpcAttributes(stack, 'GivenVpc', {
    vpcId: 'vpc-1',
    vpcCidrBlock: '10.0.0.0/16',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    publicSubnetIds: ['subnet-public-a', 'subnet-public-b'],
    publicSubnetRouteTableIds: ['rtb-public-a', 'rtb-public-b'],
    privateSubnetIds: ['subnet-private-a', 'subnet-private-b'],
    privateSubnetRouteTableIds: ['rtb-private-a', 'rtb-private-b'],
  });
}

/** Fargate compute with an image from a registry, so that no image is built. */
export function exampleFargate(props: FargateComputeProps = {}): HttpCompute {
  return HttpCompute.fargate({ image: ContainerImage.fromRegistry('example/service'), ...props });
}

/** Authentication with the tokens of an external issuer. */
function exampleAuthentication(): Authentication {
  return Authentication.oidc({
    issuer: 'https://login.example.com/',
    audience: 'https://api.example.com',
    keysUrl: 'https://login.example.com/.well-known/jwks.json',
  });
}

export function admission(stack: Stack, props: AdmissionProps = {}): Admission {
  return new Admission(stack, 'Admission', { authentication: exampleAuthentication(), ...props });
}

export function httpLane(stack: Stack, props: Partial<HttpLaneProps> = {}): HttpLane {
  return new HttpLane(stack, 'HttpLane', {
    domain: props.domain ?? exampleDomain(stack, 'api.example.com'),
    messageLog: props.messageLog ?? new MessageLog(stack, 'MessageLog'),
    admission: props.admission ?? admission(stack),
    allowedOrigins: [ORIGIN],
    compute: exampleFargate(),
    network: props.network ?? LaneNetwork.fromVpc(exampleVpc(stack), { ipAddressType: IpAddressType.DUAL_STACK }),
    ...props,
  });
}

export function webSocketLane(stack: Stack, props: Partial<WebSocketLaneProps> = {}): WebSocketLane {
  return new WebSocketLane(stack, 'WebSocketLane', {
    domain: props.domain ?? exampleDomain(stack, 'ws.example.com'),
    messageLog: props.messageLog ?? new MessageLog(stack, 'MessageLog'),
    admission: props.admission ?? admission(stack),
    allowedOrigins: [ORIGIN],
    ...props,
  });
}

/** The API of a WebSocket lane. */
export function apiGateway(
  stack: Stack,
  options: ApiGatewayEntryProps = {},
  props: Partial<WebSocketLaneProps> = {},
): ApiGateway {
  return apiGatewayOf(webSocketLane(stack, { ...props, ...withApi(options) }));
}

/** @returns the API of the lane. Throws if the lane has another entry */
export function apiGatewayOf(lane: WebSocketLane): ApiGateway {
  if (!lane.apiGateway) {
    throw new Error(`${lane.node.path} has no API`);
  }
  return lane.apiGateway;
}

/** The options of a WebSocket lane with an API of these options. */
export function withApi(options: ApiGatewayEntryProps): WebSocketLaneOptions {
  return { entry: WebSocketEntry.apiGateway(options) };
}

export function twinlane(stack: Stack, props: Partial<TwinlaneProps> = {}): Twinlane {
  return new Twinlane(stack, 'TwinLane', {
    hostedZone: exampleZone(stack),
    httpHostName: 'api.example.com',
    webSocketHostName: 'ws.example.com',
    allowedOrigins: [ORIGIN],
    network: LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'] }),
    authentication: exampleAuthentication(),
    http: { compute: exampleFargate() },
    ...props,
  });
}
