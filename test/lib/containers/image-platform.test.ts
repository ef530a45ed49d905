import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { exampleFargate, httpLane } from '../lanes';
import { synthesisError, templateOf } from '../synthesized';

const directory = mkdtempSync(join(tmpdir(), 'image-'));
writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch\n');

const asset = (platform?: Platform) => ContainerImage.fromAsset(directory, { platform });
const dockerAsset = (stack: Stack, platform?: Platform) =>
  ContainerImage.fromDockerImageAsset(new DockerImageAsset(stack, 'Image', { directory, platform }));

const NEEDS_ARM =
  '[Test/HttpLane] image of the container Service must be built for linux/arm64, because cpuArchitecture is ARM64';
const NO_PLATFORM = `${NEEDS_ARM}, got an asset without platform, which is built for the machine that deploys. Fix: add platform: Platform.LINUX_ARM64 to the asset`;
const AMD = `${NEEDS_ARM}, got platform linux/amd64. Fix: use platform: Platform.LINUX_ARM64, or cpuArchitecture: CpuArchitecture.X86_64`;

test.each<[string, (stack: Stack) => ContainerImage, string]>([
  ['without platform', () => asset(), NO_PLATFORM],
  ['for another architecture', () => asset(Platform.LINUX_AMD64), AMD],
  [
    'for an architecture that Fargate does not have',
    () => asset(Platform.custom('linux/s390x')),
    `${NEEDS_ARM}, got platform linux/s390x. Fix: use platform: Platform.LINUX_ARM64`,
  ],
  ['of a DockerImageAsset without platform', (stack) => dockerAsset(stack), NO_PLATFORM],
  ['of a DockerImageAsset for another architecture', (stack) => dockerAsset(stack, Platform.LINUX_AMD64), AMD],
  [
    'of a DockerImageAsset in another stack',
    ({ node }) => dockerAsset(new Stack(node.root, 'Images', { env: { region: 'us-east-1' } }), Platform.LINUX_AMD64),
    AMD,
  ],
])('an image %s is rejected for tasks on ARM64', (_, imageIn, message) => {
  expect(
    synthesisError((stack) => httpLane(stack, { compute: exampleFargate({ image: imageIn(stack) }) }))
      .split('\n')
      .slice(1),
  ).toEqual([`  ${message}`]);
});

test('an image for ARM64 is rejected for tasks on x86-64', () => {
  const compute = exampleFargate({ image: asset(Platform.LINUX_ARM64), cpuArchitecture: CpuArchitecture.X86_64 });
  expect(synthesisError((stack) => httpLane(stack, { compute }))).toContain(
    'image of the container Service must be built for linux/amd64, because cpuArchitecture is X86_64, got platform linux/arm64. Fix: use platform: Platform.LINUX_AMD64, or cpuArchitecture: CpuArchitecture.ARM64',
  );
});

test('the image of a sidecar is checked, too', () => {
  expect(
    synthesisError((stack) => {
      httpLane(stack).compute.taskDefinition?.addContainer('Sidecar', { image: asset(Platform.LINUX_AMD64) });
    }),
  ).toContain('image of the container Sidecar must be built for linux/arm64');
});

test.each([
  ['linux/arm64', CpuArchitecture.ARM64],
  ['linux/arm64/v8', CpuArchitecture.ARM64],
  ['linux/aarch64', CpuArchitecture.ARM64],
  ['linux/amd64', CpuArchitecture.X86_64],
  ['Linux/x86_64', CpuArchitecture.X86_64],
])('an image for %s is accepted for tasks of that architecture', (platform, cpuArchitecture) => {
  const image = asset(Platform.custom(platform));
  expect(() =>
    templateOf((stack) => {
      httpLane(stack, { compute: exampleFargate({ image, cpuArchitecture }) });
    }),
  ).not.toThrow();
});

test('an image in a registry or in a tarball is accepted, because its platform is not known', () => {
  const tarball = join(directory, 'image.tar');
  writeFileSync(tarball, '');
  for (const image of [ContainerImage.fromRegistry('example/service'), ContainerImage.fromTarball(tarball)]) {
    expect(() =>
      templateOf((stack) => {
        httpLane(stack, { compute: exampleFargate({ image }) });
      }),
    ).not.toThrow();
  }
});

test('the service of this repository is built for the architecture of the tasks', () => {
  const compute = HttpCompute.fargate({ cpuArchitecture: CpuArchitecture.X86_64 });
  expect(() =>
    templateOf((stack) => {
      httpLane(stack, { compute });
    }),
  ).not.toThrow();
});
