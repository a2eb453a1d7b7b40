/**
 * Variables that a client or a shell should have replaced and did not. They would go out as tokens and host names. [T219]
 */

/** Forms of clients, shells and templates: ${X}, ${env:X}, ${{ X }}, $X, $env:X, %X%, {{X}}, {env:X}. */
const VARIABLE = /\$\{[^}]*\}+|\$(?:env:)?[A-Za-z_]\w*|%[A-Za-z_][\w()]*%|\{\{[^}]*\}\}|\{(?:env|file|input):[^}]*\}/i;

const SHOWN_CHARS = 60;

/**
 * Finds a variable in a setting.
 *
 * @param where - `whole`: the setting consists of it, since a secret may hold the same characters among others
 */
export function unexpandedIn(text: string, where: 'whole' | 'anywhere'): string | undefined {
  if (!/[$%{]/.test(text)) return undefined;
  const trimmed = text.trim();
  const variable = VARIABLE.exec(trimmed)?.[0];
  return where === 'anywhere' || variable === trimmed ? variable : undefined;
}

/** Says what to do about it. A secret that begins with a dollar sign looks like one, and is not shown. */
export function unexpanded(variable: string, isSecret = false): string {
  const shown = isSecret && /^\$\w/.test(variable) ? 'a variable' : `"${variable.slice(0, SHOWN_CHARS)}"`;
  return `your client or shell did not replace ${shown}: write the value itself, or set that variable for the client.`;
}
