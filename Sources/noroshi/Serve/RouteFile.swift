import FoundationEssentials
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
    private var last: RouteReload?
    private var lastAt: Date?
    private var seen: Fingerprint?
    private var tail: Task<RouteReload, Never>?

    /// What tells one state of a file from another without reading it.
    private struct Fingerprint: Equatable {
        var modified: Date?
        var size: UInt64
        var inode: UInt64
    }

    init(
        path: String,
        active: ActiveRoutes,
        revisions: any RouteRevisions,
        secrets: SecretSource,
        logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.path = path
        self.active = active
        self.revisions = revisions
        self.secrets = secrets
        self.logger = logger
        self.now = now
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

    /// Reloads when the file is another than at the last look.
    ///
    /// Size, inode and modification time are compared, since editors and configuration management replace the file
    /// by renaming another one over it.
    func reloadIfChanged() async {
        guard let current = fingerprint(), current != seen else { return }
        _ = await reload(author: "file")
    }

    private func perform(author: String) async -> RouteReload {
        let result: RouteReload
        do {
            seen = fingerprint()
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
        guard let data = FileManager.default.contents(atPath: path) else { throw RouteFileError.unreadable(path) }
        let text = Array(data)
        let document = try RouteDocument.parse(text, file: path).document
        let before = try await revisions.activeRevision()
        let revision = try await revisions.activate(text, author: author, now: now())
        active.replace(with: RoutingTable(document, version: revision.version))
        warnOfMissingSecrets(document)
        return revision == before ? .unchanged(revision) : .activated(revision)
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
            for reference in destination.secretReferences {
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

    private func fingerprint() -> Fingerprint? {
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return Fingerprint(
                modified: attributes[.modificationDate] as? Date,
                size: (attributes[.size] as? UInt64) ?? 0,
                inode: (attributes[.systemFileNumber] as? UInt64) ?? 0
            )
        } catch {
            // Gone for a moment while it is replaced, or for good; the rules in force stay either way.
            logger.debug("the rules file cannot be looked at", metadata: ["problem": "\(error)"])
            return nil
        }
    }
}

/// Why a rules file could not be read.
enum RouteFileError: Error, CustomStringConvertible {
    case unreadable(String)
    /// What is wrong with the file, one line each.
    case refused([String])

    var description: String {
        switch self {
        case .unreadable(let path):
            "\(path): there is no such file, or it may not be read; give the rules with --routes FILE"
        case .refused(let problems): problems.joined(separator: "\n")
        }
    }
}
