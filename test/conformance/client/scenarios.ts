/** What a client is to do in each scenario of the suite. */

/** What the scenarios ask of a client: methods of its own, which have the same names in both generations of the SDK. */
export interface ConformanceClient {
  listTools(): Promise<{ readonly tools: readonly { readonly name: string; readonly inputSchema: unknown }[] }>;
  callTool(call: ToolCall): Promise<unknown>;
  listResources(): Promise<{ readonly resources: readonly { readonly uri: string }[] }>;
  readResource(resource: { uri: string }): Promise<unknown>;
  listPrompts(): Promise<{ readonly prompts: readonly { readonly name: string }[] }>;
  getPrompt(prompt: { name: string }): Promise<unknown>;
}

export interface ToolCall {
  readonly name: string;
  readonly arguments?: Record<string, unknown>;
}

/** What the suite gives along with a scenario. */
export interface Context {
  readonly toolCalls?: readonly ToolCall[];
}

/** @param listening - resolves when the server can push, as far as it offers that */
type Scenario = (client: ConformanceClient, context: Context, listening: Promise<void>) => Promise<void>;

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  async initialize(client) {
    await client.listTools();
  },

  async tools_call(client) {
    await client.listTools();
    await client.callTool({ name: 'add_numbers', arguments: { a: 5, b: 3 } });
  },

  async 'elicitation-sep1034-client-defaults'(client, _context, listening) {
    // The suite's server asks on the standing stream, and what it asks before that is open is lost.
    await listening;
    await callEach(client);
  },

  async 'sse-retry'(client) {
    await callEach(client);
  },

  async 'request-metadata'(client) {
    await client.listTools();
  },

  async 'http-standard-headers'(client) {
    await callEach(client);
    const { resources } = await client.listResources();
    for (const { uri } of resources) await client.readResource({ uri });
    const { prompts } = await client.listPrompts();
    for (const { name } of prompts) await client.getPrompt({ name });
  },

  async 'http-custom-headers'(client, { toolCalls = [] }) {
    await client.listTools();
    for (const call of toolCalls) await client.callTool(call);
  },

  async 'http-invalid-tool-headers'(client) {
    await callEach(client);
  },

  async 'sep-2322-client-request-state'(client) {
    await client.listTools();
    const names = ['test_mrtr_echo_state', 'test_mrtr_unrelated', 'test_mrtr_no_state', 'test_mrtr_no_result_type'];
    // The last one's answer has no resultType, which the SDK refuses and the suite allows. What counts is what is sent.
    await Promise.allSettled(names.map((name) => client.callTool({ name, arguments: {} })));
  },

  async 'json-schema-2020-12-preservation'(client) {
    const { tools } = await client.listTools();
    const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema;
    await client.callTool({ name: 'json_schema_echo', arguments: { schema } });
  },
};

/** Calls every tool that the client is shown. */
async function callEach(client: ConformanceClient): Promise<void> {
  const { tools } = await client.listTools();
  for (const { name } of tools) await client.callTool({ name, arguments: {} });
}
