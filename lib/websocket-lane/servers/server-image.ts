import { ContainerImage, type CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import { platformOf } from '../../containers/image-platform';
import { bundle } from '../../functions/bundles';
import { ownSource } from '../../functions/own-source';

/** @returns the image of the WebSocket server of this repository */
export function serverImage(cpuArchitecture: CpuArchitecture): ContainerImage {
  const include = { Dockerfile: ownSource('service/websocket/Dockerfile') };
  return ContainerImage.fromAsset(bundle({ entry: ownSource('service/websocket/server.ts'), include }), {
    platform: platformOf(cpuArchitecture),
  });
}
