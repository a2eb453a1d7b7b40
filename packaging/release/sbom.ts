/** A CycloneDX 1.6 list of what is bundled. [https://cyclonedx.org/docs/1.6/json/] */

import type { BuildInfo } from '../../src/commands/version.ts';

export function sbom(
  product: { readonly name: string; readonly version: string; readonly license: string },
  { bundled, commit }: BuildInfo,
): Readonly<Record<string, unknown>> {
  const root = purl(product);
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        ...component(product, 'application'),
        properties: [{ name: 'commit', value: commit }],
      },
    },
    components: bundled.map((one) => component(one, 'library')),
    dependencies: [{ ref: root, dependsOn: bundled.map(purl) }, ...bundled.map((one) => ({ ref: purl(one) }))],
  };
}

function component({ license, name, version }: BuildInfo['bundled'][number], type: 'application' | 'library') {
  const [group, bare] = name.startsWith('@') ? name.split('/') : [undefined, name];
  return {
    type,
    'bom-ref': purl({ name, version }),
    ...(group === undefined ? {} : { group }),
    name: bare,
    version,
    purl: purl({ name, version }),
    licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }],
  };
}

function purl({ name, version }: { readonly name: string; readonly version: string }): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
