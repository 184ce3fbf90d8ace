import Findings
import Routing

/// Why a command got no answer that it could use.
enum ServerFailure: Error, Hashable {
    /// Nothing was heard; the words of the HTTP client.
    case unreachable(url: String, reason: String)
    /// The server, or the options, would not have it; the status when the server said so.
    case refused(status: Int?, lines: [String])
    /// The command line or the environment names no server.
    case misused(String)

    /// A problem document (RFC 9457), or whatever else came with the status.
    init(status: Int, body: [UInt8]) {
        guard let problem = ServerFailure.parse(body), let title = problem["title"]?.string else {
            let hint = status == 404 || status / 100 == 3 ? "; is this the address of a Noroshi server?" : ""
            self = .refused(status: status, lines: ["the server answered \(status)\(hint)"])
            return
        }
        var lines = [EscapedText.visible(problem["detail"]?.string ?? title, limit: 1_000)]
        for error in problem["errors"]?.elements ?? [] {
            let location = error["pointer"]?.string.map { " (\($0))" } ?? ""
            lines.append("  " + EscapedText.visible((error["detail"]?.string ?? "") + location, limit: 1_000))
        }
        if status == 401 {
            lines.append("Put the token into NOROSHI_TOKEN, or give its file with --token-file.")
        }
        self = .refused(status: status, lines: lines)
    }

    /// Whether the server knows nothing of that name.
    var isNotFound: Bool {
        switch self {
        case .refused(let status, _): status == 404
        case .unreachable, .misused: false
        }
    }

    var exitCode: Int32 {
        switch self {
        case .unreachable: 3
        case .refused: 1
        // EX_USAGE (sysexits.h), as for every other mistake on a command line.
        case .misused: 64
        }
    }

    var lines: [String] {
        switch self {
        case .unreachable(let url, let reason):
            [
                "the server at \(url) cannot be reached: \(reason)",
                "Start one with 'noroshi serve', or name another with --server URL or NOROSHI_SERVER.",
            ]
        case .refused(_, let lines): lines
        case .misused(let line): [line]
        }
    }

    private static func parse(_ body: [UInt8]) -> JSON? {
        do {
            return try JSONDocument.parse(body)
        } catch {
            // No JSON, so no problem document either: the status says all there is.
            return nil
        }
    }
}
