import ArgumentParser
import Routing

/// A word on the command line where a command belongs, and that is none.
struct UnknownSubcommand: CustomStringConvertible {
    let word: String
    /// The commands before it, the program's name first.
    let path: [String]
    /// What could stand there.
    let known: [String]

    /// Looks for it among the arguments.
    ///
    /// - Parameters:
    ///   - arguments: Without the program's name.
    ///   - root: The command to which they are given.
    ///
    /// The result is `nil` when every group is followed by one of its commands, an option, or nothing.
    init?(_ arguments: some Sequence<String>, of root: any ParsableCommand.Type) {
        var command = root
        var path = [root._commandName]
        for argument in arguments {
            let commands = command.configuration.subcommands
            guard commands.isEmpty == false, command.configuration.defaultSubcommand == nil,
                argument.hasPrefix("-") == false, argument != "help"
            else { return nil }
            guard let next = commands.first(where: { names(of: $0).contains(argument) }) else {
                word = argument
                known = commands.map { $0._commandName }
                self.path = path
                return
            }
            command = next
            path.append(next._commandName)
        }
        return nil
    }

    var description: String {
        let name = path.joined(separator: " ")
        let advice = NearestWord.of(word, among: known).map { "; did you mean '\(name) \($0)'?" } ?? "."
        return "noroshi: '\(EscapedText.visible(word))' is not a command of '\(name)'\(advice) Its commands are "
            + "\(known.joined(separator: ", ")). See '\(name) --help'."
    }
}

/// The names by which a command is called.
private func names(of command: any ParsableCommand.Type) -> [String] {
    [command._commandName] + command.configuration.aliases
}
