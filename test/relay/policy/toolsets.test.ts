import { describe, expect, it } from 'vitest';
import { isInToolsets, isToolset, KNOWN_TOOLS } from '../../../src/relay/policy/toolsets.ts';

/** Tools that GitHub's server has besides the usual ones: newer, granular, of insiders mode or behind a feature flag. */
const OTHERS: readonly (readonly [toolset: string, tools: string])[] = [
  ['code_quality', 'get_code_quality_finding'],
  ['copilot_issue_intents', 'assign_copilot_to_issue_with_intent'],
  ['discussions', 'discussion_comment_write'],
  ['context', 'ui_get'],
  ['repos', 'get_file_blame'],
  [
    'issues',
    'find_duplicate issue_dependency_read issue_dependency_write create_issue update_issue_title add_sub_issue',
  ],
  ['pull_requests', 'create_pull_request_review resolve_review_thread update_pull_request_state'],
];

describe('the table of toolsets', () => {
  it.each(OTHERS)('knows the tools that %s has besides: %s (T218)', (toolset, tools) => {
    expect(isToolset(toolset)).toBe(true);
    for (const tool of tools.split(' ')) {
      expect(KNOWN_TOOLS).toContain(tool);
      expect(isInToolsets(tool, [toolset])).toBe(true);
      expect(isInToolsets(tool, ['gists'])).toBe(false);
    }
  });

  it('knows nothing of tools of other servers', () => {
    expect(isInToolsets('what_is_new', ['repos'])).toBeUndefined();
    expect(isToolset('copilot_issue_intent')).toBe(false);
  });
});
