import type { BucketBlueprint, DistributionBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { NotEmulated } from './not-emulated';
import type { Resource } from './resource';

/** Reads the buckets that are origins of distributions, with the files that the CDK's bucket deployments upload. */
export function bucketsOf(
  assembly: Assembly,
  distributions: readonly DistributionBlueprint[],
  notEmulated: NotEmulated,
): BucketBlueprint[] {
  const targets = distributions.flatMap(({ origins }) => origins.map(({ target }) => target));
  const names = new Set(targets.flatMap((target) => (target && 'bucket' in target ? [target.bucket] : [])));
  return assembly
    .ofType('AWS::S3::Bucket')
    .filter(({ identity }) => names.has(identity.name))
    .map((bucket) => ({
      ...bucket.regional,
      allowsCloudFront: actionsOfCloudFront(assembly, bucket.identity.name),
      deployments: assembly
        .ofType('Custom::CDKBucketDeployment')
        .filter((deployment) => deployment.property('DestinationBucketName').text() === bucket.identity.name)
        .flatMap((deployment) => deploymentsOf(deployment, notEmulated)),
    }));
}

/** Actions that the bucket's policy allows the service CloudFront. Conditions are not evaluated. */
function actionsOfCloudFront(assembly: Assembly, name: string): string[] {
  return assembly
    .ofType('AWS::S3::BucketPolicy')
    .filter((policy) => policy.property('Bucket').text() === name)
    .flatMap((policy) => policy.property('PolicyDocument').at('Statement').items())
    .filter((statement) => statement.at('Effect').optionalText() === 'Allow')
    .filter((statement) =>
      listOf(statement.at('Principal').at('Service').or('').value()).includes('cloudfront.amazonaws.com'),
    )
    .flatMap((statement) => listOf(statement.at('Action').value()));
}

function listOf(value: unknown): string[] {
  return [value ?? []].flat().map(String);
}

function deploymentsOf(deployment: Resource, notEmulated: NotEmulated): BucketBlueprint['deployments'] {
  const selects = ['Include', 'Exclude'].some((name) => deployment.property(name).exists);
  const replaces = deployment
    .property('SourceMarkers')
    .items()
    .some((markers) => markers.entries().length > 0);
  if (selects || replaces) {
    notEmulated.add(
      'Custom::CDKBucketDeployment (include, exclude, values of the deployment)',
      deployment.logicalId,
      'All files are uploaded, and values that are known only at deployment are not inserted.',
    );
  }
  const { 'content-type': type, ...metadata } = deployment.property('SystemMetadata').texts();
  const prefix = deployment.property('DestinationBucketKeyPrefix').optionalText() ?? '';
  return deployment
    .property('SourceObjectKeys')
    .items()
    .flatMap((key) => {
      const asset = deployment.artifact.files[key.text()];
      if (asset?.packaging === 'zip') {
        return [
          {
            directory: asset.path,
            prefix: prefix && `${prefix.replace(/\/$/, '')}/`,
            metadata: { ...metadata, ...(type && { 'content-type': type }) },
          },
        ];
      }
      notEmulated.add(
        'Custom::CDKBucketDeployment (archive)',
        deployment.logicalId,
        'Only files of folders are served: give the CDK the folder.',
      );
      return [];
    });
}
