import FoundationEssentials
import Glibc
import Logging
import Operations
import Routing
import Store
import Triage

/// The rules file: reads it, and has what is good put in force. A bad file changes nothing.
///
/// Where the rules are kept in the store, it is read once, to seed an empty one.
actor RouteFile: RouteActivation {
    nonisolated let path: String
    nonisolated let keeping: RouteKeeping
    /// Other nodes may put rules in force as well, and lead where this one cannot read them.
    private let leases: any Leases
    private let activator: RouteActivator
    private let logger: Logger
    /// Waits a moment, for whoever is still writing to be seen.
    private let pause: @Sendable () async throws -> Void
    /// The file as it was when it was last read, or found missing.
    private var seen: FileState?
    /// What stood in the file before it was last written.
    private var replaced: [UInt8]?
    /// The text that was read to be shown, as the file was then.
    private var known: (state: FileState, text: [UInt8])?
    private var file = UnchangedFile(looks: RouteFile.unchangedLooks)

    /// For so many looks, a second apart, the file must have stayed as it is before it is read without being asked to.
    static let unchangedLooks = 3
    /// A file that changed so short a time ago, in seconds, is watched for a moment before a reload that was asked for.
    private static let fresh = 2.0

    init(
        path: String,
        keeping: RouteKeeping = .file,
        leases: any Leases = SoleNode(),
        activator: RouteActivator,
        logger: Logger,
        pause: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: .milliseconds(300)) }
    ) {
        self.path = path
        self.keeping = keeping
        self.leases = leases
        self.activator = activator
        self.logger = logger
        self.pause = pause
    }

    /// Puts rules in force for the first time: those of the file, or, when the file is bad, the ones that were in force
    /// when the process ended, so that a restart in the middle of an edit does not end alerting.
    ///
    /// - Throws: ``RouteFileError`` when the file is bad and there is nothing to go on with.
    func start() async throws {
        if keeping == .store, let revision = try await activator.restore(path) {
            logger.info("rules taken from the store", metadata: ["version": "\(revision.version)"])
            return
        }
        guard let problems = leases.isShared ? try await join() : await readAtStart() else { return }
        guard let revision = try await activator.restore(path) else { throw RouteFileError.refused(problems) }
        logger.error(
            "the rules file is bad; going on with the rules that were in force before",
            metadata: ["version": "\(revision.version)", "file": "\(path)"]
        )
    }

    /// Goes by the rules in force, where other nodes have put them in force.
    ///
    /// - Returns: What is wrong with the file where that was not so; `nil` when rules are in force now.
    private func join() async throws -> [String]? {
        let text: [UInt8]
        do {
            text = try await read(author: "start")
        } catch {
            return await readAtStart()
        }
        switch try await activator.join(path, text: text) {
        case .activated(.refused(let problems)): return problems
        case .activated: return nil
        case .followed(let revision, let since):
            logger.info("rules taken from the store", metadata: ["version": "\(revision.version)"])
            if let since {
                logger.warning(
                    """
                    the rules file is an older version than the one in force and is not put in force by a start; \
                    `noroshi routes reload` does it
                    """,
                    metadata: [
                        "file": "\(path)", "file_version": "\(since.version)", "version": "\(revision.version)",
                    ]
                )
            }
            return nil
        }
    }

    private func readAtStart() async -> [String]? {
        guard case .refused(let problems) = await read(asked: "start") else { return nil }
        return problems
    }

    /// Takes over what another node has put in force.
    ///
    /// - Parameter isNews: Whether a problem is logged.
    func follow(sayIf isNews: (String) -> Bool = { _ in true }) async {
        do {
            let followed = try await activator.follow("the rules in force")
            leases.knowsRules(true)
            guard let revision = followed else { return }
            logger.info(
                "rules taken from another node",
                metadata: ["version": "\(revision.version)", "author": "\(revision.author)"]
            )
        } catch {
            let isOfRules = error is RouteDocumentError
            if isOfRules { leases.knowsRules(false) }
            guard isNews("\(error)") else { return }
            logger.error(
                isOfRules
                    ? "the rules that another node has put in force cannot be read here; this node leaves leading to others"
                    : "the rules in force could not be read; those of before stay",
                metadata: ["problem": "\(error)"]
            )
        }
    }

    func reload(author: String) async -> RouteReload {
        guard keeping == .store else { return await read(asked: author) }
        return await activator.stay()
    }

    private func read(asked author: String) async -> RouteReload {
        await activator.activate(path, author: author) { try await self.read(author: author) }
    }

    func publish(_ text: [UInt8], _ activation: Activation) async throws -> RouteRevision {
        switch keeping {
        case .file: throw PublicationError.keptInFile(path)
        case .store: return try await activator.publish(text, as: "the rules", activation)
        case .writableFile:
            return try await activator.publish(text, as: path, activation) { active in
                try await self.replace(with: text, over: active, evenBad: activation.replacesBadFile)
            } takeBack: {
                await self.putBack(instead: text)
            }
        }
    }

    /// Writes the file anew, unless somebody has changed it since it was put in force.
    private func replace(with text: [UInt8], over active: RouteRevision?, evenBad: Bool) async throws {
        let path = path
        let former = FileManager.default.contents(atPath: path).map { Array($0) }
        try await RouteFileWriter.replace(path, with: text) { present in
            guard let active else { return }
            guard Fingerprint.hexadecimal(of: present) != active.hash else { return }
            // Somebody's good rules, which were not read yet, are never lost.
            guard RouteFile.isBad(present) else { throw PublicationError.fileChanged(path) }
            guard evenBad else { throw PublicationError.fileBad(path) }
        }
        replaced = former
        seen = FileState(path: path)
    }

    /// Puts back what stood in the file before rules were written into it that could not be put in force: the next start
    /// would put them in force, although whoever published them was told that they are not.
    private func putBack(instead text: [UInt8]) async {
        guard let former = replaced else { return }
        let path = path
        do {
            try await RouteFileWriter.replace(path, with: former) { present in
                guard present == text else { throw PublicationError.fileChanged(path) }
            }
            seen = FileState(path: path)
            logger.error("rules could not be put in force; their file is as it was", metadata: ["file": "\(path)"])
        } catch {
            logger.error(
                "rules could not be put in force and stay in their file; the next start or reload puts them in force",
                metadata: ["file": "\(path)", "problem": "\(error)"]
            )
        }
    }

    private static func isBad(_ text: [UInt8]) -> Bool {
        do throws(RouteDocumentError) {
            _ = try RouteDocument.parse(text, file: "routes.json")
            return false
        } catch {
            return true
        }
    }

    func fileText() async -> [UInt8]? {
        let state = FileState(path: path)
        if case .missing = state { return nil }
        if let known, known.state == state { return known.text }
        guard let text = FileManager.default.contents(atPath: path).map({ Array($0) }) else { return nil }
        // What is written to while it is read is read anew the next time.
        known = FileState(path: path) == state ? (state, text) : nil
        return text
    }

    func lastReload() async -> RouteReload? { await activator.last }

    /// One look at the file: reloads when it is another than the one that was read, and is left alone.
    ///
    /// Whatever a look tells is compared, since editors and configuration management replace the file by renaming
    /// another one over it, and others write it in place: that takes as long as it takes, and half of a new text with
    /// half of the old one may well be valid. A file that is gone is reported once.
    func reloadIfChanged() async {
        guard keeping != .store else { return }
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
