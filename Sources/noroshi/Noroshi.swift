import ArgumentParser
import FoundationEssentials

@main
struct Noroshi: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "noroshi",
        abstract: "Gets cloud-security findings to the people who must act on them.",
        discussion: """
            Findings come in by webhook, routes.json decides who must know, and
            Slack-compatible webhooks, mail and generic webhooks carry the message. Begin with
            'noroshi serve', and 'noroshi inbox' to have somewhere to send to.
            """,
        version: version,
        subcommands: [
            ServeCommand.self,
            CheckCommand.self,
            DecodeCommand.self,
            ExplainCommand.self,
            MatchCommand.self,
            InboxCommand.self,
            StatusCommand.self,
            FindingsCommand.self,
            WaitingCommand.self,
            DeliveriesCommand.self,
            DestinationsCommand.self,
            NodesCommand.self,
            SilenceCommand.self,
            QuarantineCommand.self,
            RoutesCommand.self,
            BacktestCommand.self,
            SetAsideCommand.self,
            BackupCommand.self,
            RestoreCommand.self,
            MigrateCommand.self,
        ]
    )

    static func main() async {
        if let unknown = UnknownSubcommand(ProcessInfo.processInfo.arguments.dropFirst(), of: Noroshi.self) {
            StandardError.write(unknown.description)
            exit(withError: ExitCode.validationFailure)
        }
        await main(nil)
    }
}
