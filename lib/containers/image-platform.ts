import { Stack } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerDefinition, CpuArchitecture, type FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';

/** Platform of the images that run on each CPU architecture of Fargate, with the names in code of both. */
const PLATFORMS = [
  { architecture: CpuArchitecture.ARM64, platform: Platform.LINUX_ARM64, name: 'LINUX_ARM64' },
  { architecture: CpuArchitecture.X86_64, platform: Platform.LINUX_AMD64, name: 'LINUX_AMD64' },
];

/** @returns the platform of images for `architecture`. Undefined if Fargate does not have the architecture */
export function platformOf(architecture: CpuArchitecture): Platform | undefined {
  return PLATFORMS.find((each) => isSame(each.architecture, architecture))?.platform;
}

/** @returns a problem if Fargate does not have the architecture */
export function architectureProblems(architecture: CpuArchitecture): string[] {
  return platformOf(architecture)
    ? []
    : [
        `cpuArchitecture must be ARM64 or X86_64, got ${architecture._cpuArchitecture}. Fix: use CpuArchitecture.ARM64 or CpuArchitecture.X86_64`,
      ];
}

/**
 * @returns problems of the images that are built from assets: another platform than that of the tasks, or none, with which
 * docker builds for the machine that deploys. The container could not start (`exec format error`). Images that exist already, in
 * a registry or a tarball, are not checked: synth does not know their platform
 */
export function imageProblems(taskDefinition: FargateTaskDefinition, architecture: CpuArchitecture): string[] {
  const expected = PLATFORMS.find((each) => isSame(each.architecture, architecture));
  return taskDefinition.node.children
    .filter((child) => child instanceof ContainerDefinition)
    .flatMap((container) => {
      const source = sourceOf(container);
      // A tarball has no directory.
      if (!expected || !source?.directory || normalized(source.platform) === expected.platform.platform) {
        return [];
      }
      const needed = `image of the container ${container.containerName} must be built for ${expected.platform.platform}, because cpuArchitecture is ${architecture._cpuArchitecture}`;
      const built = PLATFORMS.find(({ platform }) => platform.platform === normalized(source.platform));
      return source.platform === undefined
        ? [
            `${needed}, got an asset without platform, which is built for the machine that deploys. Fix: add platform: Platform.${expected.name} to the asset`,
          ]
        : [
            `${needed}, got platform ${source.platform}. Fix: use platform: Platform.${expected.name}${built ? `, or cpuArchitecture: CpuArchitecture.${built.architecture._cpuArchitecture}` : ''}`,
          ];
    });
}

function isSame(one: CpuArchitecture, other: CpuArchitecture): boolean {
  return one._cpuArchitecture === other._cpuArchitecture;
}

/** An image as the asset manifest describes it. */
interface ImageSource {
  readonly directory?: string;
  readonly platform?: string;
}

/**
 * The asset manifests of an app are the only place in which the CDK keeps the platform of every kind of image asset. They are
 * private until they are written, after validation. A synthesizer without one makes the platform unknown.
 */
interface WithManifest {
  readonly assetManifest?: {
    readonly dockerImages?: Readonly<Record<string, { readonly source: ImageSource } | undefined>>;
  };
}

/** @returns the source of the container's image. Undefined if the image is not an asset */
function sourceOf({ node, imageName, taskDefinition }: ContainerDefinition): ImageSource | undefined {
  // An image asset's tag ends in its hash. The image can belong to another stack of the app.
  const image = JSON.stringify(Stack.of(taskDefinition).resolve(imageName));
  return node.root.node
    .findAll()
    .filter((construct) => Stack.isStack(construct))
    .flatMap(({ synthesizer }) => Object.entries((synthesizer as WithManifest).assetManifest?.dockerImages ?? {}))
    .find(([hash]) => image.includes(hash))?.[1]?.source;
}

/** @returns `linux/arm64` or `linux/amd64` for the other names that docker accepts, such as `linux/arm64/v8` and `linux/x86_64` */
function normalized(platform: string | undefined): string | undefined {
  return platform
    ?.toLowerCase()
    .replace('aarch64', 'arm64')
    .replace('x86_64', 'amd64')
    .replace(/\/v\d+$/, '');
}
