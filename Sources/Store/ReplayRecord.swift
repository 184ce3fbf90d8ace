package import FoundationEssentials

/// A replay that was asked for, without its result.
package struct ReplayRecord: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case queued, running, done, cancelled, failed
        /// The process that ran it is gone. Never stored: it is seen when somebody looks.
        case interrupted

        /// Whether nothing more will happen to it.
        package var isOver: Bool {
            switch self {
            case .queued, .running: false
            case .done, .cancelled, .failed, .interrupted: true
            }
        }
    }

    package var ask: ReplayAsk
    package var state: State
    package var createdAt: Date
    package var startedAt: Date?
    /// When it was last heard of, for one that was interrupted.
    package var finishedAt: Date?
    /// In its stored form; `nil` before the first word of it.
    package var progress: String?
    /// Why it failed, in words.
    package var failure: String?
    /// Rises with everything that is written of it.
    package var revision: Int

    /// - Parameters:
    ///   - ask: What was asked.
    ///   - state: As it is stored.
    ///   - isAlone: Whether the process that runs it is gone.
    ///   - createdAt: When it was asked for.
    ///   - startedAt: When it began to run.
    ///   - finishedAt: When it ended.
    ///   - heardAt: When something was last written of it.
    ///   - progress: How far it is.
    ///   - failure: Why it failed.
    ///   - revision: How often something was written of it.
    package init(
        _ ask: ReplayAsk,
        state: State,
        isAlone: Bool = false,
        createdAt: Date,
        startedAt: Date? = nil,
        finishedAt: Date? = nil,
        heardAt: Date,
        progress: String? = nil,
        failure: String? = nil,
        revision: Int = 0
    ) {
        let isInterrupted = isAlone && state.isOver == false
        self.ask = ask
        self.state = isInterrupted ? .interrupted : state
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = isInterrupted ? heardAt : finishedAt
        self.progress = progress
        self.failure = failure
        self.revision = revision
    }

    /// How many wait at most while others run.
    package static let mostWaiting = 4
    /// How many are kept that are over, and for how many seconds.
    package static let mostKept = 20
    package static let keptFor = 86_400.0
    /// For so many seconds the same question gets the same replay.
    package static let sameFor = 600.0
    /// What a result may weigh in its stored form.
    package static let mostResultBytes = 16 << 20

    /// Whether it is still shown.
    package func isKept(at now: Date) -> Bool {
        finishedAt.map { now.timeIntervalSince($0) < ReplayRecord.keptFor } ?? true
    }
}

extension ReplayRecord {
    /// The replay that answers a question which was asked lately, if its result is in a form that the asker reads.
    ///
    /// - Parameters:
    ///   - records: Every replay, the newest first.
    ///   - question: See ``ReplayAsk/question``.
    ///   - form: See ``ReplayAsk/form``.
    ///   - now: The time.
    /// - Returns: `nil` when nobody asked.
    package static func latest(
        in records: [ReplayRecord],
        asking question: String,
        form: Int,
        now: Date
    ) -> ReplayRecord? {
        records.first { record in
            switch record.state {
            case .queued, .running, .done:
                record.ask.question == question && record.ask.form == form
                    && now.timeIntervalSince(record.createdAt) < sameFor
            case .cancelled, .failed, .interrupted: false
            }
        }
    }

    /// Whether as many wait as may.
    package static func isFull(_ records: [ReplayRecord]) -> Bool {
        records.count { $0.state == .queued } >= mostWaiting
    }

    /// Those that are forgotten: over for too long, or older than as many as are kept.
    ///
    /// - Parameters:
    ///   - records: Every replay, the newest first.
    ///   - now: The time.
    /// - Returns: Their ids.
    package static func surplus(of records: [ReplayRecord], now: Date) -> [String] {
        var over = 0
        return records.compactMap { record in
            guard record.state.isOver else { return nil }
            over += 1
            return over > mostKept || record.isKept(at: now) == false ? record.ask.id : nil
        }
    }
}
