/** What `npm audit --json` says of the packages in the bundle. Of the others in the tree nothing reaches a user. */

import type { Package } from './bundled.ts';

export interface Finding extends Package {
  readonly severity: string;
  readonly title: string;
  readonly url: string;
}

export type Verdict =
  | { readonly is: 'checked'; readonly findings: readonly Finding[] }
  /** The registry gave no answer: nothing is known. */
  | { readonly is: 'not-checked'; readonly because: string };

interface Advisory {
  readonly severity?: string;
  readonly title?: string;
  readonly url?: string;
}

interface AuditReport {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly nodes: readonly string[]; readonly via: readonly (string | Advisory)[] }>
  >;
  readonly message?: string;
  readonly error?: { readonly summary?: string };
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

export function verdictOf(output: string, bundled: readonly Package[], { packages }: Lockfile): Verdict {
  const report = parsed(output);
  if (report?.auditReportVersion === undefined || report.vulnerabilities === undefined) {
    return { is: 'not-checked', because: report?.message || report?.error?.summary || 'npm audit gave no report' };
  }
  const { vulnerabilities } = report;
  const findings = bundled.flatMap(({ name, version }) => {
    const { nodes = [], via = [] } = vulnerabilities[name] ?? {};
    // The tree may hold a package several times, and the bundle the sound one of them.
    if (!nodes.some((node) => packages[node]?.version === version)) return [];
    // A name stands for the advisory of another package, which is looked at itself if it is in the bundle.
    return via.flatMap((one) => (typeof one === 'string' ? [] : [finding(name, version, one)]));
  });
  return { is: 'checked', findings };
}

function finding(name: string, version: string, { severity = '', title = '', url = '' }: Advisory): Finding {
  return { name, version, severity, title, url };
}

function parsed(output: string): AuditReport | undefined {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
