/// Scripts that let a shell complete kvcli's commands, made from the command table.
enum Completions {
  static func text(for shell: CompletionShell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  private static var commands: [CommandDescription] {
    CommandTable.all.filter { $0.group != .session }
  }

  private static func spellings(_ options: [Option]) -> String {
    options.map(\.spelling).joined(separator: " ")
  }

  /// The store's directory, where no option says otherwise, in the language of bash and zsh.
  private static let storePath = "${KVCLI_STORE:-./kvdata}"

  // MARK: bash

  private static var bash: String {
    let names = commands.flatMap { [$0.name] + $0.aliases }.joined(separator: " ")
    let formats = commands.filter { !$0.formats.isEmpty }.map { command in
      let pattern = ([command.name] + command.aliases).joined(separator: "|")
      return
        "    \(pattern)) COMPREPLY=($(compgen -W \"\(command.formats.joined(separator: " "))\" -- \"$word\")); return ;;"
    }
    let values = Option.allCases.filter { $0.operand != nil && $0 != .format }.map { option in
      option.choices.isEmpty
        ? "    \(option.spelling)) COMPREPLY=($(compgen -f -- \"$word\")); return ;;"
        : "    \(option.spelling)) COMPREPLY=($(compgen -W \"\(option.choices.joined(separator: " "))\" -- \"$word\")); return ;;"
    }
    let operands = commands.map { command in
      let pattern = ([command.name] + command.aliases).joined(separator: "|")
      let files = command.choices == nil && command.name != "help" ? " -f" : ""
      let choices = (command.name == "help" ? [names] : command.choices ?? [])
      let stored = command.name == "inspect" ? ["$(ls \(storePath) 2> /dev/null)"] : []
      let words = ([spellings(Option.common + command.options)] + choices + stored)
        .joined(separator: " ")
      return "    \(pattern)) COMPREPLY=($(compgen\(files) -W \"\(words)\" -- \"$word\")) ;;"
    }
    return """
      # Completions of kvcli for bash: source <(kvcli completions bash)
      _kvcli() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command="" index
        case $before in
      \(values.joined(separator: "\n"))
        esac
        for ((index = 1; index < COMP_CWORD; index++)); do
          case ${COMP_WORDS[index]} in
            \(Option.common.map(\.spelling).joined(separator: "|"))) ((index++)) ;;
            -*) ;;
            *) command=${COMP_WORDS[index]}; break ;;
          esac
        done
        [[ $before == --format ]] && case $command in
      \(formats.joined(separator: "\n"))
        esac
        case $command in
          "") COMPREPLY=($(compgen -W "\(names) \(spellings(Option.common + [.help, .version]))" -- "$word")) ;;
      \(operands.joined(separator: "\n"))
        esac
      }
      complete -F _kvcli kvcli
      """
  }

  // MARK: zsh

  private static var zsh: String {
    let names = commands.map { "    '\($0.name):\(quoted($0.summary))'" }
    let pages = commands.map { command in
      let options = (Option.common + command.options).map { "'\(zshOption($0, command.formats))'" }
      let operands =
        command.name == "help"
        ? ["'1:command:->commands'"]
        : command.choices.map { choices in
          choices.isEmpty ? [] : ["'*:choice:(\(choices.joined(separator: " ")))'"]
        }
          ?? [
            command.name == "inspect"
              ? "'*:file:{_files; _files -W \(storePath)}'" : "'*:file:_files'"
          ]
      let pattern = ([command.name] + command.aliases).joined(separator: "|")
      return "    \(pattern)) _arguments \((options + operands).joined(separator: " ")) ;;"
    }
    return """
      #compdef kvcli
      # Completions of kvcli for zsh: save as _kvcli in a directory of $fpath.
      _kvcli() {
        local -a commands
        commands=(
      \(names.joined(separator: "\n"))
        )
        local state line
        _arguments -C \(Option.common.map { "'\(zshOption($0))'" }.joined(separator: " ")) \\
          '1:command:->command' '*::argument:->argument'
        case $state in
          command) _describe command commands ;;
          argument)
            case $line[1] in
      \(pages.joined(separator: "\n"))
            esac
            [[ $state == commands ]] && _describe command commands ;;
        esac
      }
      _kvcli "$@"
      """
  }

  private static func zshOption(_ option: Option, _ formats: [String] = []) -> String {
    let summary = quoted(option.summary).replacing("[", with: "(").replacing("]", with: ")")
    guard let operand = option.operand else { return "\(option.spelling)[\(summary)]" }
    let choices = option == .format ? formats : option.choices
    let action = choices.isEmpty ? "_files" : "(\(choices.joined(separator: " ")))"
    return "\(option.spelling)=[\(summary)]:\(operand.replacing(":", with: "\\:")):\(action)"
  }

  // MARK: fish

  private static var fish: String {
    var lines = [
      "# Completions of kvcli for fish: save as ~/.config/fish/completions/kvcli.fish",
      "complete -c kvcli -f",
    ]
    for option in Option.common + [.help, .version] {
      lines.append("complete -c kvcli \(fishOption(option))")
    }
    for command in commands {
      lines.append(
        "complete -c kvcli -n __fish_use_subcommand -a \(command.name) -d '\(quoted(command.summary))'"
      )
      let names = ([command.name] + command.aliases).joined(separator: " ")
      let condition = "-n '__fish_seen_subcommand_from \(names)'"
      for option in command.options {
        lines.append("complete -c kvcli \(condition) \(fishOption(option, command.formats))")
      }
      if command.name == "help" {
        let all = commands.map(\.name).joined(separator: " ")
        lines.append("complete -c kvcli \(condition) -a '\(all)'")
      } else if let choices = command.choices {
        guard !choices.isEmpty else { continue }
        lines.append("complete -c kvcli \(condition) -a '\(choices.joined(separator: " "))'")
      } else {
        lines.append("complete -c kvcli \(condition) -F")
        if command.name == "inspect" {
          lines.append(
            "complete -c kvcli \(condition) -a '(ls (test -n \"$KVCLI_STORE\"; and echo $KVCLI_STORE; or echo ./kvdata) 2> /dev/null)'"
          )
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func fishOption(_ option: Option, _ formats: [String] = []) -> String {
    var text = "-l \(option.rawValue) -d '\(quoted(option.summary))'"
    guard option.operand != nil else { return text }
    let choices = option == .format ? formats : option.choices
    text += choices.isEmpty ? " -r -F" : " -x -a '\(choices.joined(separator: " "))'"
    return text
  }

  /// Text that may stand between single quotes.
  private static func quoted(_ text: String) -> String { text.replacing("'", with: "’") }
}
