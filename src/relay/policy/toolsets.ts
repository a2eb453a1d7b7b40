/**
 * Which toolset each of GitHub's tools belongs to, so that a choice of toolsets holds here too: a path or gateway that
 * loses GitHub's header serves the default tools, those that write among them. A tool may be in several.
 *
 * [github-mcp-server v1.10, observed 2026-11 for the default toolsets; its documentation for the others, and its source of
 * 2026-08 for the tools that a feature flag or insiders mode adds]
 */

const TOOLS_OF: Readonly<Record<string, string>> = {
  context: 'get_me get_teams get_team_members ui_get',
  repos:
    'create_branch create_or_update_file create_repository delete_file delete_repository fork_repository get_commit ' +
    'get_file_blame get_file_contents get_latest_release get_release_by_tag get_tag list_branches list_commits list_releases ' +
    'list_repository_collaborators list_tags push_files search_code search_commits search_repositories',
  issues:
    'add_issue_comment get_label issue_read issue_write list_issue_fields list_issue_types list_issues search_issues ' +
    'sub_issue_write ' +
    'find_duplicate issue_dependency_read issue_dependency_write ' +
    'add_issue_comment_reaction add_issue_reaction add_sub_issue create_issue remove_sub_issue reprioritize_sub_issue ' +
    'set_issue_fields update_issue_assignees update_issue_body update_issue_labels update_issue_milestone ' +
    'update_issue_state update_issue_title update_issue_type',
  pull_requests:
    'add_comment_to_pending_review add_reply_to_pull_request_comment create_pull_request list_pull_requests ' +
    'merge_pull_request pull_request_read pull_request_review_write search_pull_requests update_pull_request ' +
    'update_pull_request_branch ' +
    'add_pull_request_review_comment add_pull_request_review_comment_reaction create_pull_request_review ' +
    'delete_pending_pull_request_review request_pull_request_reviewers resolve_review_thread ' +
    'submit_pending_pull_request_review unresolve_review_thread update_pull_request_body ' +
    'update_pull_request_draft_state update_pull_request_state update_pull_request_title',
  users: 'search_users',
  copilot: 'assign_copilot_to_issue create_pull_request_with_copilot request_copilot_review',
  copilot_issue_intents: 'assign_copilot_to_issue_with_intent',
  copilot_spaces: 'get_copilot_space list_copilot_spaces',
  actions: 'actions_get actions_list actions_run_trigger get_job_logs',
  code_quality: 'get_code_quality_finding',
  code_security: 'get_code_scanning_alert list_code_scanning_alerts',
  dependabot: 'get_dependabot_alert list_dependabot_alerts',
  discussions:
    'discussion_comment_write get_discussion get_discussion_comments list_discussion_categories list_discussions',
  gists: 'create_gist get_gist list_gists update_gist',
  git: 'get_repository_tree',
  github_support_docs_search: 'github_support_docs_search',
  labels: 'get_label label_write list_label',
  notifications:
    'dismiss_notification get_notification_details list_notifications manage_notification_subscription ' +
    'manage_repository_notification_subscription mark_all_notifications_read',
  orgs: 'search_orgs',
  projects: 'projects_get projects_list projects_write',
  secret_protection: 'get_secret_scanning_alert list_secret_scanning_alerts',
  security_advisories:
    'get_global_security_advisory list_global_security_advisories list_org_repository_security_advisories ' +
    'list_repository_security_advisories',
  stargazers: 'list_starred_repositories star_repository unstar_repository',
};

/** The names that stand for several. */
const DEFAULT = ['context', 'repos', 'issues', 'pull_requests', 'users', 'copilot'];
const DEFAULTS = 'default';
const ALL = 'all';

/** Whether the name is that of one, or stands for several, as far as we know. */
export function isToolset(name: string): boolean {
  return name === ALL || name === DEFAULTS || Object.hasOwn(TOOLS_OF, name);
}

const TOOLSETS_OF = new Map<string, string[]>();
for (const [toolset, tools] of Object.entries(TOOLS_OF)) {
  for (const tool of tools.split(' ')) TOOLSETS_OF.set(tool, [...(TOOLSETS_OF.get(tool) ?? []), toolset]);
}

/** Every tool of GitHub's server that we know. */
export const KNOWN_TOOLS: readonly string[] = [...TOOLSETS_OF.keys()];

/** Whether a tool is in one of the toolsets; undefined where it is none of those that we know. */
export function isInToolsets(tool: string, toolsets: readonly string[]): boolean | undefined {
  if (toolsets.includes(ALL)) return true;
  const own = TOOLSETS_OF.get(tool);
  const meant = toolsets.flatMap((toolset) => (toolset === DEFAULTS ? DEFAULT : [toolset]));
  return own?.some((toolset) => meant.includes(toolset));
}
