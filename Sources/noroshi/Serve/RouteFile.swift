import FoundationEssentials
import Glibc
import Logging
import Operations
import Store

/// The rules file: reads it, and has what is good put in force. A bad file changes nothing.
actor RouteFile: RouteActivation {
    nonisolated let path: String
    private let activator: RouteActivator
    private let logger: Logger
    /// Waits a moment, for whoever is still writing to be seen.
    private let pause: @Sendable () async throws -> Void
    /// The file as it was when it was last read, or found missing.
    private var seen: FileState?
    private var file = UnchangedFile(looks: RouteFile.unchangedLooks)

    /// For so many looks, a second apart, the file must have stayed as it is before it is read without being asked to.
    static let unchangedLooks = 3
    /// A file that changed so short a time ago, in seconds, is watched for a moment before a reload that was asked for.
    private static let fresh = 2.0

    init(
        path: String,
        activator: RouteActivator,
        logger: Logger,
        pause: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .milliseconds(300)) }
    ) {
        self.path = path
        self.activator = activator
        self.logger = logger
        self.pause = pause
    }

    /// Puts rules in force for the first time: those of the file, or, when the file is bad, the ones that were in force
    /// when the process ended, so that a restart in the middle of an edit does not end alerting.
    ///
    /// - Throws: ``RouteFileError`` when the file is bad and there is nothing to go on with.
    func start() async throws {
        guard case .refused(let problems) = await reload(author: "start") else { return }
        guard let revision = try await activator.restore(path) else { throw RouteFileError.refused(problems) }
        logger.error(
            "the rules file is bad; going on with the rules that were in force before",
            metadata: ["version": "\(revision.version)", "file": "\(path)"]
        )
    }

    func reload(author: String) async -> RouteReload {
        await activator.activate(path, author: author) { try await self.read(author: author) }
    }

    func lastReload() async -> RouteReload? { await activator.last }

    /// One look at the file: reloads when it is another than the one that was read, and is left alone.
    ///
    /// Whatever a look tells is compared, since editors and configuration management replace the file by renaming
    /// another one over it, and others write it in place: that takes as long as it takes, and half of a new text with
    /// half of the old one may well be valid. A file that is gone is reported once.
    func reloadIfChanged() async {
        let state = FileState(path: path)
        guard file.look(state), state != seen else { return }
        _ = await reload(author: "file")
    }

    /// The text, which nobody wrote to while it was read.
    private func read(author: String) async throws -> [UInt8] {
        let before = FileState(path: path)
        seen = before
        if case .missing(let code) = before { throw RouteFileError.unreadable(path, FileState.reason(code)) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw RouteFileError.unreadable(path, access(path, R_OK) == 0 ? "no plain file" : FileState.reason(errno))
        }
        // Who asks for a reload has as a rule just written the file; whoever is still at it is seen within a moment.
        if author != "file", author != "start", before.age < RouteFile.fresh {
            try await pause()
        }
        guard FileState(path: path) == before else {
            // So that it is read again, once it is left alone.
            seen = nil
            throw RouteFileError.changedWhileRead(path)
        }
        return Array(data)
    }
}

/// Why a rules file could not be read.
enum RouteFileError: Error, CustomStringConvertible {
    /// It is not there, or may not be read; in the system's words.
    case unreadable(String, String)
    /// What was read may be a mix of two texts.
    case changedWhileRead(String)
    /// What is wrong with the file, one line each.
    case refused([String])

    var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path): the rules file is missing or may not be read (\(reason)); put it back, let the service read it, "
                + "or give another one with --routes FILE. Rules that are in force stay"
        case .changedWhileRead(let path):
            "\(path): the file changed while it was read, so that what was read may be a mix of two texts; "
                + "reload it when it is written whole. It is read by itself once it has not changed for "
                + "\(RouteFile.unchangedLooks) s"
        case .refused(let problems): problems.joined(separator: "\n")
        }
    }
}
