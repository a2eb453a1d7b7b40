/** The packages that are inside the bundle, as its list of licences names them. */

export interface Package {
  readonly name: string;
  readonly version: string;
}

/** @param licences - text of `dist/LICENSES.txt` */
export function bundledPackages(licences: string): Package[] {
  return [...licences.matchAll(/^Name: (.+)\nVersion: (.+)$/gm)].map(([, name = '', version = '']) => ({
    name,
    version,
  }));
}
