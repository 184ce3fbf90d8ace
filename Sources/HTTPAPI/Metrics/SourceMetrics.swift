import FoundationEssentials
import Operations
import Store

extension APIRoutes {
    /// How the sources are that are pulled.
    ///
    /// - Parameter now: For ages.
    /// - Returns: Families without samples where there is no source.
    func sourceFamilies(at now: Date) -> [MetricFamily] {
        let sources = operations.status.sourceStates()
        func family(
            _ name: String,
            _ kind: MetricFamily.Kind,
            _ help: String,
            _ value: (SourceState) -> Double?
        ) -> MetricFamily {
            MetricFamily(
                "noroshi_source_\(name)",
                kind,
                help,
                sources.compactMap { source in
                    value(source).map { .init($0, labels: [MetricLabel("source", source.name)]) }
                }
            )
        }
        return [
            family("messages_received_total", .counter, "Messages that a queue handed out.") {
                Double($0.counts.received)
            },
            family("messages_deleted_total", .counter, "Messages that were deleted, being on disk.") {
                Double($0.counts.deleted)
            },
            family("messages_repeated_total", .counter, "Messages that a queue had handed out before.") {
                Double($0.counts.repeated)
            },
            family("messages_quarantined_total", .counter, "Messages that could not be read, all or in part.") {
                Double($0.counts.quarantined)
            },
            family("delete_failures_total", .counter, "Messages on disk that could not be deleted.") {
                Double($0.counts.deleteFailures)
            },
            family("empty_answers_total", .counter, "Answers of a queue without a message.") {
                Double($0.counts.emptyAnswers)
            },
            family("failing_seconds", .gauge, "For how long a source has not answered as it should; 0 when it does.") {
                $0.failure.map { max(0, now.timeIntervalSince($0.since)) } ?? 0
            },
            family("held", .gauge, "Whether a source is not pulled since the store takes nothing.") {
                $0.phase == .held ? 1 : 0
            },
            family("last_answer_timestamp_seconds", .gauge, "When a source last answered, in seconds since 1970.") {
                $0.lastAnswerAt?.timeIntervalSince1970
            },
            family("last_message_timestamp_seconds", .gauge, "When a message last came, in seconds since 1970.") {
                $0.lastMessageAt?.timeIntervalSince1970
            },
            family(
                "oldest_message_age_seconds",
                .gauge,
                "Age of the oldest message of the last answer; 0 when it brought none."
            ) { $0.oldestSentAt.map { max(0, now.timeIntervalSince($0)) } ?? 0 },
        ]
    }
}
