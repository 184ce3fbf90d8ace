package import FoundationEssentials
package import Logging
package import Routing
package import Store
import Triage

/// Puts rules in force, one text after another: as a numbered revision, and then for everything that decides or delivers.
/// A bad text changes nothing.
package actor RouteActivator {
    private let active: ActiveRoutes
    private let revisions: any RouteRevisions
    private let proposals: Proposals
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let activated: @Sendable (RouteDocument) -> Void
    private let examples: ExpectationExamples
    private let sets: RuleSets
    /// What the last activation came to; `nil` before the first.
    package private(set) var last: RouteReload?
    private var tail: Task<Void, Never>?

    /// - Parameters:
    ///   - active: The rules in force.
    ///   - revisions: Where they are recorded.
    ///   - drafts: Where those are that a file may have taken over.
    ///   - logger: Told what comes of each activation.
    ///   - now: The time of activations.
    ///   - activated: Called with rules that were put in force.
    ///   - examples: Where the examples are that expectations name.
    ///   - sets: Keeps what was read, for whoever looks at it next.
    package init(
        active: ActiveRoutes,
        revisions: any RouteRevisions,
        drafts: any Drafts,
        logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() },
        activated: @escaping @Sendable (RouteDocument) -> Void = { _ in },
        examples: ExpectationExamples = .none,
        sets: RuleSets = RuleSets()
    ) {
        self.active = active
        self.revisions = revisions
        proposals = Proposals(drafts: drafts, logger: logger)
        self.logger = logger
        self.now = now
        self.activated = activated
        self.examples = examples
        self.sets = sets
    }

    /// Puts a text in force if it is good and different.
    ///
    /// - Parameters:
    ///   - file: What diagnostics call the text.
    ///   - author: Who asked, in words.
    ///   - text: Reads the text, once all earlier activations are done.
    /// - Returns: What was done, or everything that is wrong with the text.
    package func activate(
        _ file: String,
        author: String,
        text: @escaping @Sendable () async throws -> [UInt8]
    ) async -> RouteReload {
        await inTurn { await self.perform(file, author: author, text: text) }
    }

    /// Puts a text in force that somebody has published.
    ///
    /// - Parameters:
    ///   - text: The whole routes.json.
    ///   - file: What diagnostics call the text.
    ///   - activation: Who asks, and on what terms.
    ///   - keep: Called with the revision in force once the text is known to be good, before it is put in force: to write
    ///     it where else it is kept.
    ///   - takeBack: Called when it was kept there and could not be put in force.
    /// - Returns: The new revision, or the active one when the text is the same.
    /// - Throws: ``NotActive``, `RouteDocumentError`, what `keep` throws, or when the commit failed.
    package func publish(
        _ text: [UInt8],
        as file: String,
        _ activation: Activation,
        keep: @escaping @Sendable (RouteRevision?) async throws -> Void = { _ in },
        takeBack: @escaping @Sendable () async -> Void = {}
    ) async throws -> RouteRevision {
        try await inTurn { () async -> Result<RouteRevision, any Error> in
            do {
                let document = try await self.sets.read(text, file: file).document
                let before = try await self.revisions.activeRevision()
                if let expected = activation.expected, before?.version != expected { throw NotActive(active: before) }
                try await keep(before)
                do {
                    let revision = try await self.putInForce(text, document, activation)
                    await self.note(revision == before ? .unchanged(revision) : .activated(revision), activation.author)
                    return .success(revision)
                } catch {
                    if await self.isAnother(than: text) { await takeBack() }
                    throw error
                }
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// Whether it is known that rules are in force that are not these.
    private func isAnother(than text: [UInt8]) async -> Bool {
        do {
            guard let active = try await revisions.activeRevision() else { return false }
            return active.hash != Fingerprint.hexadecimal(of: text)
        } catch {
            // The commit may have come through: what was written stays, and is read at the next start.
            logger.error("what is in force could not be read", metadata: ["problem": "\(error)"])
            return false
        }
    }

    /// Leaves the rules in force as they are, for where there is no file to read.
    package func stay() async -> RouteReload {
        do {
            if let revision = try await revisions.activeRevision() { return .unchanged(revision) }
            return .refused(["no rules are in force"])
        } catch {
            return .refused(["\(error)"])
        }
    }

    /// Runs what puts rules in force, one after another.
    private func inTurn<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
        let previous = tail
        // A task of its own so that activations run one after another: an actor would let them overtake each other while
        // the store commits, and the older text could win.
        let task = Task {
            _ = await previous?.value
            return await body()
        }
        tail = Task { _ = await task.value }
        return await task.value
    }

    /// Puts back in force the rules that were in force when the process ended.
    ///
    /// - Parameter file: What diagnostics call the text.
    /// - Returns: Their revision; `nil` when there is none.
    /// - Throws: When they cannot be read.
    package func restore(_ file: String) async throws -> RouteRevision? {
        guard let revision = try await revisions.activeRevision(),
            let text = try await revisions.revision(revision.version)?.text
        else { return nil }
        let document = try await sets.read(text, file: "\(file) (version \(revision.version))").document
        await putInForce(document, version: revision.version)
        return revision
    }

    /// What a node found that begins beside others.
    package enum Joining: Sendable, Hashable {
        /// The text is new to everybody, or what is wrong with it.
        case activated(RouteReload)
        /// The rules in force hold; `since` is when the text was in force, where it is an older one.
        case followed(RouteRevision, since: RouteRevision?)
    }

    /// Begins beside other nodes: the rules in force hold, and a text is put in force only when it never was. A node that
    /// starts with an old file must not take rules back that others have put in force since.
    ///
    /// - Parameters:
    ///   - file: What diagnostics call the text.
    ///   - text: The text at hand.
    /// - Returns: What was done.
    /// - Throws: When the rules in force cannot be read.
    package func join(_ file: String, text: [UInt8]) async throws -> Joining {
        let hash = Fingerprint.hexadecimal(of: text)
        let known = try await revisions.lastRevision(withHash: hash)
        guard let known, let active = try await revisions.activeRevision() else {
            return .activated(await activate(file, author: "start") { text })
        }
        guard try await restore(file) != nil else {
            return .activated(await activate(file, author: "start") { text })
        }
        return .followed(active, since: active.hash == hash ? nil : known)
    }

    /// Takes over rules that another node has put in force.
    ///
    /// - Parameter file: What diagnostics call the text.
    /// - Returns: Their revision; `nil` when they are in force here.
    /// - Throws: When they cannot be read: what is in force here stays.
    package func follow(_ file: String) async throws -> RouteRevision? {
        try await inTurn { () async -> Result<RouteRevision?, any Error> in
            do {
                guard let revision = try await self.revisions.activeRevision(),
                    revision.version != self.active.table.version
                else { return .success(nil) }
                return .success(try await self.restore(file))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    private func perform(
        _ file: String,
        author: String,
        text: @Sendable () async throws -> [UInt8]
    ) async -> RouteReload {
        let result: RouteReload
        do {
            result = try await putInForce(try await text(), file: file, author: author)
        } catch let error as RouteDocumentError {
            result = .refused(error.diagnostics.map(\.description))
        } catch {
            result = .refused(["\(error)"])
        }
        note(result, author)
        return result
    }

    private func note(_ result: RouteReload, _ author: String) {
        last = result
        report(result, author: author)
    }

    private func putInForce(_ text: [UInt8], file: String, author: String) async throws -> RouteReload {
        let document = try await sets.read(text, file: file).document
        let before = try await revisions.activeRevision()
        let isNew = before?.hash != Fingerprint.hexadecimal(of: text)
        let landing =
            isNew ? await proposals.landing(text, author: author, as: (before?.version ?? 0) + 1) : nil
        let revision = try await putInForce(text, document, landing ?? Activation(author: author))
        return revision == before ? .unchanged(revision) : .activated(revision)
    }

    private func putInForce(
        _ text: [UInt8],
        _ document: RouteDocument,
        _ activation: Activation
    ) async throws -> RouteRevision {
        let revision = try await revisions.activate(text, activation, now: now())
        await putInForce(document, version: revision.version)
        return revision
    }

    private func putInForce(_ document: RouteDocument, version: Int) async {
        let table = await RouteActivator.table(document, version: version)
        active.replace(with: table)
        activated(document)
        // Once they decide: what is expected of rules never keeps them from it.
        guard document.expectations.isEmpty == false else { return }
        warn(of: await RouteActivator.report(table, examples))
    }

    /// Beside the actor, which is asked for the last activation while a large set is compiled.
    @concurrent private static func table(_ document: RouteDocument, version: Int) async -> RoutingTable {
        RoutingTable(document, version: version)
    }

    @concurrent private static func report(
        _ table: RoutingTable,
        _ examples: ExpectationExamples
    ) async -> ExpectationReport { table.expectationReport(examples) }

    /// How many expectations are named in the log.
    private static let mostNamed = 20

    private func warn(of report: ExpectationReport) {
        for result in report.broken.prefix(RouteActivator.mostNamed) {
            logger.warning(
                "an expectation does not hold",
                metadata: [
                    "expectation": "\(EscapedText.visible(result.name))", "reason": "\(result.reason ?? "")",
                ]
            )
        }
        for result in report.notRun.prefix(RouteActivator.mostNamed) {
            logger.notice(
                "an expectation cannot be run here",
                metadata: [
                    "expectation": "\(EscapedText.visible(result.name))", "reason": "\(result.reason ?? "")",
                ]
            )
        }
        guard report.held < report.results.count else { return }
        logger.warning("not every expectation holds", metadata: ["expectations": "\(report.words)"])
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
}
