/** Arguments that several tools share, with GitHub's names. */

import * as z from 'zod';

/**
 * A modern client mirrors arguments marked `x-mcp-header` in the header `Mcp-Param-{value}`.
 * [MCP 2026-07-28, Transports, Custom Headers]
 */
const MIRRORED_IN = 'x-mcp-header';

export const owner: z.ZodString = z
  .string()
  .meta({ description: 'Account that owns the repository', [MIRRORED_IN]: 'owner' });

export const repo: z.ZodString = z.string().meta({ description: 'Name of the repository', [MIRRORED_IN]: 'repo' });

export const page: z.ZodOptional<z.ZodNumber> = z
  .number()
  .min(1)
  .optional()
  .describe('Which page of the results, from 1');

export const perPage: z.ZodOptional<z.ZodNumber> = z
  .number()
  .min(1)
  .max(100)
  .optional()
  .describe('How many results on a page, 100 at most');

/** The `fields` argument of a tool whose results have these members. */
export function fields<Names extends [string, ...string[]]>(
  ...names: Names
): z.ZodOptional<z.ZodArray<z.ZodEnum<{ [Name in Names[number]]: Name }>>> {
  return z.array(z.enum(names)).optional().describe('Members to keep of each result; all of them if left out');
}
