import FoundationEssentials
import Glibc
import Logging
import Routing
import Store

/// The rules file: reads it, and puts what is good in force as a numbered revision. A bad file changes nothing.
actor RouteFile: RouteActivation {
    nonisolated let path: String
    nonisolated let active: ActiveRoutes
    private let revisions: any RouteRevisions
    private let secrets: SecretSource
    private let logger: Logger
    private let now: @Sendable () -> Date
    /// Waits a moment, for whoever is still writing to be seen.
    private let pause: @Sendable () async throws -> Void
    private var last: RouteReload?
    private var lastAt: Date?
    /// The file as it was when it was last read, or found missing.
    private var seen: FileState?
    private var rest = FileRest(looks: RouteFile.restingLooks)
    private var tail: Task<RouteReload, Never>?

    /// For so many looks, a second apart, the file must have stayed as it is before it is read without being asked to.
    static let restingLooks = 3
    /// A file that changed so short a time ago, in seconds, is watched for a moment before a reload that was asked for.
    private static let fresh = 2.0

    init(
        path: String,
        active: ActiveRoutes,
        revisions: any RouteRevisions,
        secrets: SecretSource,
        logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() },
        pause: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .milliseconds(300)) }
    ) {
        self.path = path
        self.active = active
        self.revisions = revisions
        self.secrets = secrets
        self.logger = logger
        self.now = now
        self.pause = pause
    }

    /// Puts rules in force for the first time: those of the file, or, when the file is bad, the ones that were in force
    /// when the process ended, so that a restart in the middle of an edit does not end alerting.
    ///
    /// - Throws: ``RouteFileError`` when the file is bad and there is nothing to go on with.
    func start() async throws {
        guard case .refused(let problems) = await reload(author: "start") else { return }
        guard let revision = try await revisions.activeRevision(),
            let text = try await revisions.revision(revision.version)?.text
        else { throw RouteFileError.refused(problems) }
        let document = try RouteDocument.parse(text, file: "\(path) (version \(revision.version))").document
        active.replace(with: RoutingTable(document, version: revision.version))
        logger.error(
            "the rules file is bad; going on with the rules that were in force before",
            metadata: ["version": "\(revision.version)", "file": "\(path)"]
        )
        warnOfMissingSecrets(document)
    }

    func reload(author: String) async -> RouteReload {
        let previous = tail
        // A task of its own so that reloads run one after another: an actor would let them overtake each other while
        // the store commits, and the older text could win.
        let task = Task {
            _ = await previous?.value
            return await self.perform(author: author)
        }
        tail = task
        return await task.value
    }

    func lastReload() async -> RouteReload? { last }

    /// One look at the file: reloads when it is another than the one that was read, and has rested.
    ///
    /// Whatever a look tells is compared, since editors and configuration management replace the file by renaming
    /// another one over it, and others write it in place: that takes as long as it takes, and half of a new text with
    /// half of the old one may well be valid. A file that is gone is reported once.
    func reloadIfChanged() async {
        let state = FileState(path: path)
        guard rest.look(state), state != seen else { return }
        _ = await reload(author: "file")
    }

    private func perform(author: String) async -> RouteReload {
        let result: RouteReload
        do {
            result = try await activate(author: author)
        } catch let error as RouteDocumentError {
            result = .refused(error.diagnostics.map(\.description))
        } catch {
            result = .refused(["\(error)"])
        }
        last = result
        lastAt = now()
        report(result, author: author)
        return result
    }

    private func activate(author: String) async throws -> RouteReload {
        let text = try await read(author: author)
        let document = try await RouteFile.parse(text, file: path)
        let before = try await revisions.activeRevision()
        let revision = try await revisions.activate(text, author: author, now: now())
        active.replace(with: await RouteFile.table(document, version: revision.version))
        warnOfMissingSecrets(document)
        return revision == before ? .unchanged(revision) : .activated(revision)
    }

    /// Beside the actor, which is asked for the last reload while a large file is read.
    @concurrent private static func parse(_ text: [UInt8], file: String) async throws -> RouteDocument {
        try RouteDocument.parse(text, file: file).document
    }

    @concurrent private static func table(_ document: RouteDocument, version: Int) async -> RoutingTable {
        RoutingTable(document, version: version)
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
            // So that it is read again, once it rests.
            seen = nil
            throw RouteFileError.changedWhileRead(path)
        }
        return Array(data)
    }

    private func report(_ result: RouteReload, author: String) {
        switch result {
        case .activated(let revision):
            logger.info(
                "rules activated",
                metadata: ["version": "\(revision.version)", "hash": "\(revision.hash)", "author": "\(author)"]
            )
        case .unchanged(let revision):
            logger.info("rules unchanged", metadata: ["version": "\(revision.version)", "author": "\(author)"])
        case .refused(let problems):
            for problem in problems { logger.error("rules refused", metadata: ["problem": "\(problem)"]) }
        }
    }

    /// A destination without its secret cannot send; its messages wait until the secret is there.
    private func warnOfMissingSecrets(_ document: RouteDocument) {
        for destination in document.destinations {
            for reference in destination.secrets {
                do {
                    _ = try secrets.resolve(reference)
                } catch {
                    logger.warning(
                        "a destination lacks a secret; its messages wait",
                        metadata: ["destination": "\(destination.name)", "problem": "\(error)"]
                    )
                }
            }
        }
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
                + "reload it when it is written whole. It is read by itself once it has rested for "
                + "\(RouteFile.restingLooks) s"
        case .refused(let problems): problems.joined(separator: "\n")
        }
    }
}
