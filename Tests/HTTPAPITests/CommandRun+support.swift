import Foundation
import NoroshiTestSupport

extension CommandRun {
    /// Where the repository lies.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Whether everything that tests talk to must be there.
    static var isCI: Bool { ProcessInfo.processInfo.environment["CI"] != nil }

    /// Whether the program can be found.
    static func isInstalled(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
        }
    }

    /// Judges the description, and exchanges of a running server against it; the lines of what is wrong.
    static func check(description: String, exchanges: String) async throws -> CommandRun {
        let file = FileManager.default.temporaryDirectory.appending(path: "exchanges-\(UUID().uuidString).json")
        try Data(exchanges.utf8).write(to: file)
        let script = root.appending(path: "Tests/HTTPAPITests/Peers/check_description.py").path
        let run = try await apart(python, [script, description, file.path])
        try FileManager.default.removeItem(at: file)
        return run
    }
}
