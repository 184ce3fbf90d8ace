import ArgumentParser

@main
struct NoroshiBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "noroshi-bench",
        abstract: "Measures a real noroshi process over loopback, or its parts; each measurement prints one JSON line.",
        subcommands: [
            MatchCommand.self, AcceptCommand.self, DeliverCommand.self, LatencyCommand.self, BacklogCommand.self,
            NoiseCommand.self, CountsCommand.self, ReplayCommand.self, DatabaseCommand.self, PagesCommand.self,
        ]
    )
}
