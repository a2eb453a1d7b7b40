import type { CallToolResult, Tool as ListedTool, ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import type { Store } from '../store.ts';
import { Refusal } from './refusal.ts';

/** A tool as the client lists and calls it. */
export interface Tool {
  /** The entry of `tools/list`. */
  readonly listed: ListedTool;
  /** Never throws for bad arguments or missing things: these become results with `isError`, as GitHub's server has it. */
  call(store: Store, args: Readonly<Record<string, unknown>>): CallToolResult;
}

/** The annotations that GitHub gives to each of its tools. */
interface Hints extends ToolAnnotations {
  readonly title: string;
  readonly readOnlyHint: boolean;
  readonly idempotentHint: boolean;
}

interface Definition<Shape extends z.ZodRawShape> {
  readonly name: string;
  readonly annotations: Hints;
  readonly description: string;
  readonly input: Shape;
  run(store: Store, args: z.output<z.ZodObject<Shape>>): CallToolResult;
}

export function defineTool<Shape extends z.ZodRawShape>(definition: Definition<Shape>): Tool {
  const { annotations, description, name } = definition;
  const schema = z.object(definition.input);
  const { properties, required } = z.toJSONSchema(schema, { io: 'input' });
  const inputSchema = { type: 'object', properties, ...(required && { required }) } as ListedTool['inputSchema'];
  return {
    listed: { annotations, description, inputSchema, name },
    call(store, args) {
      try {
        const parsed = schema.safeParse(args);
        if (!parsed.success) throw new Refusal(complaint(parsed.error, args));
        return definition.run(store, parsed.data);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { content: [{ type: 'text', text: error.message }], isError: true };
      }
    },
  };
}

/** A result as most of GitHub's tools give it: JSON in one block of text. */
export function json(value: unknown): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(value) }] };
}

/** The first thing wrong with the arguments, as GitHub's server words it (observed with v1.10). */
function complaint(error: z.ZodError, args: Readonly<Record<string, unknown>>): string {
  const [issue] = error.issues;
  const name = String(issue?.path[0]);
  if (args[name] === undefined) return `missing required parameter: ${name}`;
  if (issue?.code === 'invalid_type' && issue.path.length === 1)
    return `parameter ${name} is not of type ${issue.expected}`;
  return `invalid parameter ${name}: ${issue?.message}`;
}
