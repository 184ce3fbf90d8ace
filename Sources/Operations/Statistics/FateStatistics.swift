package import FoundationEssentials
package import Store
import Synchronization
package import Triage

/// What became of the observations of a period.
package struct FateStatistics: Sendable, Hashable {
    package var part: CountedPart
    package var since: Date
    package var until: Date
    /// 1 or 24.
    package var bucketHours: Int
    package var report: FateReport
    /// Accepted and not applied yet, whenever that was.
    package var waiting: Int
    package var setAside: Int
    /// Whether everything was looked at that is not as it was counted.
    package var isExact: Bool

    /// What was applied.
    package var total: Fates {
        (report.parts + [report.others].compactMap(\.self)).reduce(into: Fates()) { $0 += $1.total }
    }

    package var accepted: Int { waiting + setAside + total.applied }
}

/// Answers that took long, which are given again for a while: a backlog of many messages is looked through for each.
final class SlowFates: Sendable {
    private struct Answer {
        var report: FateReport
        var at: ContinuousClock.Instant
    }

    private let answers = Mutex<[FateQuestion: Answer]>([:])
    private static let slow = Duration.milliseconds(300)
    private static let kept = Duration.seconds(15)

    /// - Parameters:
    ///   - question: What is asked.
    ///   - statistics: Whom to ask where no answer is kept.
    /// - Returns: The answer, at most 15 seconds old.
    /// - Throws: When it cannot be read.
    func fates(_ question: FateQuestion, _ statistics: any Statistics) async throws -> FateReport {
        let start = ContinuousClock.now
        let known = answers.withLock { answers in
            answers = answers.filter { $0.value.at.duration(to: start) < SlowFates.kept }
            return answers[question]
        }
        if let known { return known.report }
        let report = try await statistics.fates(question)
        let end = ContinuousClock.now
        guard start.duration(to: end) >= SlowFates.slow else { return report }
        answers.withLock { $0[question] = Answer(report: report, at: end) }
        return report
    }
}

extension StatisticsOperations {
    /// How many names are told apart.
    private static let mostNames = 100
    /// Up to so many hours each hour stands by itself.
    private static let mostHours = 49
    /// How many messages are looked at, of each kind; see `Statistics`.
    private static let mostUnsettled = 200_000

    /// What became of observations.
    ///
    /// - Parameters:
    ///   - part: By what they are told apart.
    ///   - since: From the hour of this moment on; a day where there is none.
    /// - Returns: By hour or day.
    /// - Throws: When it cannot be read.
    package func fates(by part: CountedPart, since: Date?) async throws -> FateStatistics {
        let until = now()
        let asked = since ?? until - 86_400
        let begin = Date(timeIntervalSince1970: Double(asked.utcHour) * 3_600)
        let bucketHours = until.utcHour - begin.utcHour < StatisticsOperations.mostHours ? 1 : 24
        let question = FateQuestion(
            part,
            since: begin,
            bucketHours: bucketHours,
            limit: StatisticsOperations.mostNames
        )
        let report = try await slow.fates(question, statistics)
        let totals = try await records.totals()
        return FateStatistics(
            part: part,
            since: question.since,
            until: until,
            bucketHours: question.bucketHours,
            report: report,
            waiting: totals.waiting,
            setAside: totals.setAside,
            isExact: totals.pending + totals.dead <= StatisticsOperations.mostUnsettled
        )
    }
}
