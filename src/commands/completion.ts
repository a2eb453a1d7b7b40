/** `completion`: a script for the shell that completes commands and options, made from their tables. */

import { COMMAND_FLAGS, COMMANDS, type CommandRow, type OwnFlag } from '../config/commands.ts';
import { ALL_OPTIONS } from '../config/options.ts';
import type { Asked } from '../config/read.ts';
import { print } from '../node/stdio.ts';
import { EXIT } from './failed.ts';

/** The words that complete a command. */
interface Completion {
  readonly command: string;
  readonly about: string;
  readonly flags: readonly string[];
}

const SHELLS: Readonly<Record<string, (completions: readonly Completion[]) => string>> = {
  bash,
  zsh,
  fish,
  powershell,
};

/** @returns 64 for a shell that is not known */
export function completion({ words }: Asked<'completion'>): number {
  const [shell = ''] = words;
  const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (script === undefined) {
    const shells = Object.keys(SHELLS).join(', ');
    print(
      process.stderr,
      `uc-mcp-bridge: There is no completion for ${JSON.stringify(shell)}. Use one of ${shells}.\n`,
    );
    return EXIT.usage;
  }
  print(process.stdout, script(completions()));
  return EXIT.ok;
}

function completions(): readonly Completion[] {
  const shared = ALL_OPTIONS.flatMap(({ flag }) => flag ?? []);
  const always = COMMAND_FLAGS.map(({ flag }) => flag);
  const rows = Object.entries<CommandRow>(COMMANDS).map(([command, { own, says, takes }]) => ({
    command,
    about: says.replaceAll("'", ''),
    flags: [
      ...new Set([
        ...Object.values<OwnFlag<unknown>>(own).map(({ flag }) => flag),
        ...(takes === 'nothing' ? [] : shared),
        ...always,
      ]),
    ],
  }));
  return [...rows, { command: 'help', about: 'show the help of a command', flags: [] }];
}

function namesOf(all: readonly Completion[]): string {
  return all.map(({ command }) => command).join(' ');
}

function bash(all: readonly Completion[]): string {
  const cases = all.map(({ command, flags }) => `    ${command}) words="${flags.join(' ')}" ;;`);
  return `# bash completion. Add to ~/.bashrc: eval "$(uc-mcp-bridge completion bash)"
_uc_mcp_bridge() {
  local word="\${COMP_WORDS[COMP_CWORD]}" command="serve" words i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in -*) ;; *) command="\${COMP_WORDS[i]}"; break ;; esac
  done
  case "$command" in
${cases.join('\n')}
    *) words="" ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="${namesOf(all)} $words"; fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _uc_mcp_bridge uc-mcp-bridge
`;
}

function zsh(all: readonly Completion[]): string {
  const about = all.map(({ about, command }) => `    '${command}:${about.replaceAll(':', '\\:')}'`);
  const cases = all.map(({ command, flags }) => `    ${command}) compadd -- ${flags.join(' ')} ;;`);
  return `#compdef uc-mcp-bridge
# zsh completion. Add to ~/.zshrc: eval "$(uc-mcp-bridge completion zsh)"
_uc_mcp_bridge() {
  local -a commands
  commands=(
${about.join('\n')}
  )
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe command commands
    return
  fi
  case $words[2] in
${cases.join('\n')}
    -*) compadd -- ${all.find(({ command }) => command === 'serve')?.flags.join(' ')} ;;
  esac
  _files
}
compdef _uc_mcp_bridge uc-mcp-bridge
`;
}

function fish(all: readonly Completion[]): string {
  const lines = all.flatMap(({ about, command, flags }) => [
    `complete -c uc-mcp-bridge -n __fish_use_subcommand -a ${command} -d '${about}'`,
    ...flags.map(
      (flag) => `complete -c uc-mcp-bridge -n '__fish_seen_subcommand_from ${command}' -l ${flag.replace('--', '')}`,
    ),
  ]);
  return `# fish completion. Save as ~/.config/fish/completions/uc-mcp-bridge.fish\n${lines.join('\n')}\n`;
}

function powershell(all: readonly Completion[]): string {
  const cases = all.map(({ command, flags }) => `    '${command}' = @(${flags.map((flag) => `'${flag}'`).join(', ')})`);
  return `# PowerShell completion. Add to $PROFILE: uc-mcp-bridge completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName uc-mcp-bridge -ScriptBlock {
  param($word, $ast, $position)
  $flags = @{
${cases.join('\n')}
  }
  $typed = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  $command = @($typed | Where-Object { $flags.ContainsKey($_) })[0]
  $words = if ($command) { $flags[$command] } else { @($flags.Keys) + $flags['serve'] }
  $words | Where-Object { $_ -like "$word*" } | Sort-Object | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}
