import ArgumentParser
import Findings
import FoundationEssentials
import Routing

/// How a command reaches the server it asks, and how it prints what it is told.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The server's URL; default: NOROSHI_SERVER, or http://127.0.0.1:8080.",
            valueName: "url"
        )
    )
    var server: String?

    @Option(
        help: ArgumentHelp(
            "A file with the token, where the server asks for one; default: NOROSHI_TOKEN or NOROSHI_TOKEN_FILE.",
            valueName: "file"
        )
    )
    var tokenFile: String?

    @Option(help: "text for people, json for one JSON object a line.")
    var format = OutputFormat.text

    /// The connection that the options and the environment describe.
    ///
    /// - Parameter variables: The environment.
    /// - Returns: Nothing has been sent yet.
    /// - Throws: ``ServerFailure`` when the URL or the token cannot be used.
    func connection(_ variables: [String: String]) throws(ServerFailure) -> ServerConnection {
        try ServerConnection(server: server, tokenFile: tokenFile, variables)
    }
}

extension ServerConnection {
    /// The connection that a command line and the environment describe.
    ///
    /// - Parameters:
    ///   - server: The URL, if the command line names one.
    ///   - tokenFile: The file with the token, if it names one.
    ///   - variables: The environment.
    /// - Throws: ``ServerFailure`` when the URL or the token cannot be used.
    init(server: String?, tokenFile: String?, _ variables: [String: String]) throws(ServerFailure) {
        let url = server ?? variables["NOROSHI_SERVER"].flatMap { $0.isEmpty ? nil : $0 } ?? "http://127.0.0.1:8080"
        try self.init(url: url, token: try ServerConnection.token(tokenFile, variables))
    }

    private static func token(
        _ tokenFile: String?,
        _ variables: [String: String]
    ) throws(ServerFailure) -> Secret? {
        let reference: SecretReference? =
            if let tokenFile {
                .file(tokenFile)
            } else if variables["NOROSHI_TOKEN"]?.isEmpty == false {
                .environment("NOROSHI_TOKEN")
            } else if let path = variables["NOROSHI_TOKEN_FILE"], path.isEmpty == false {
                .file(path)
            } else {
                nil
            }
        guard let reference else { return nil }
        do throws(SecretError) {
            return try SecretSource(variables: variables).resolve(reference)
        } catch {
            throw .refused(status: nil, lines: ["the token cannot be used: \(error)"])
        }
    }
}

/// A command that asks a running server.
protocol RemoteCommand: AsyncParsableCommand {
    var remote: ServerOptions { get }
    /// - Throws: ``ServerFailure``, told to the person by ``run()``.
    func act(on server: ServerConnection) async throws
}

extension RemoteCommand {
    func run() async throws {
        do {
            try await act(on: try remote.connection(ProcessInfo.processInfo.environment))
        } catch let failure as ServerFailure {
            for line in failure.lines { StandardError.write("noroshi: \(line)") }
            throw ExitCode(failure.exitCode)
        }
    }

    /// Prints the object as it was received, on one line, or what `text` makes of it.
    func show(_ object: JSON, text: (Colours) -> String) {
        switch remote.format {
        case .json: print(object.compactText)
        case .text: print(text(Colours.forStandardOutput))
        }
    }
}
