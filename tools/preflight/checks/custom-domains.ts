import { GetDomainNameCommand } from '@aws-sdk/client-apigatewayv2';
import { type Check, check } from '../../aws-checks/check';
import type { Aws } from '../aws';
import type { DeployedStack } from '../deployed-stack';
import { ifItExists } from '../if-it-exists';
import type { PlannedStack } from '../planned-stack';
import { literal, ofType } from '../resources';

/** Checks that the custom domains of API Gateway are free: a Region has each name once. */
export function customDomainChecks(planned: PlannedStack, aws: Aws, { own }: DeployedStack): Check[] {
  const { partition, region } = planned;
  return ofType(planned, 'AWS::ApiGatewayV2::DomainName').flatMap(({ id, properties }) => {
    const name = literal(properties.DomainName);
    if (name === undefined) {
      return [];
    }
    const query = {
      action: 'apigateway:GET',
      arn: `arn:${partition}:apigateway:${region}::/domainnames/${name}`,
      subject: `the custom domain ${name}`,
      run: () => ifItExists(() => aws.apiGatewayV2.send(new GetDomainNameCommand({ DomainName: name }))),
    };
    return [
      check(`API Gateway has no custom domain ${name} of another stack`, [query, own], ({ existing }, resources) => {
        const passed = existing === undefined || resources.has(id);
        return {
          passed,
          found: passed ? 'none' : 'it exists. Fix: delete this custom domain, or use another host.',
        };
      }),
    ];
  });
}
