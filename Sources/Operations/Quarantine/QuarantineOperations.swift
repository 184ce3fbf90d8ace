import Findings
import FoundationEssentials
import Logging
import Routing
package import Store

/// What could not be read, decoded once more or dropped.
package struct QuarantineOperations: Sendable {
    let audit: Audit
    let records: any Records
    let archive: any QuarantineArchive
    let intake: any Intake
    let routes: ActiveRoutes
    let now: @Sendable () -> Date

    /// Quarantined items, the newest first.
    ///
    /// - Throws: ``InvalidCursor``, or when they cannot be read.
    package func list(page: Page) async throws -> Paged<QuarantineRecord> { try await records.quarantine(page: page) }

    /// One item.
    ///
    /// - Throws: ``QuarantineRefusal/unknown``, or when it cannot be read.
    package func item(_ id: Int64) async throws -> QuarantineRecord {
        guard let record = try await archive.quarantined(id) else { throw QuarantineRefusal.unknown }
        return record
    }

    /// Decodes an item once more, with what is known by now, accepts what can be read, and drops the item.
    ///
    /// - Parameters:
    ///   - id: Its number.
    ///   - author: Who asks.
    /// - Returns: What became of it.
    /// - Throws: ``QuarantineRefusal``, or when the item cannot be read or released; it is kept then.
    package func retry(_ id: Int64, by author: Author) async throws -> Replay {
        let record = try await item(id)
        let (request, reasons) = decode(record)
        guard request.observations > 0 else { throw QuarantineRefusal.unreadable(reasons) }
        let position = try await accept(request)
        _ = try await archive.release(quarantined: id)
        author.log("a quarantined item was accepted", ["item": "\(id)", "position": "\(position)"])
        let after = "accepted as entry \(position)"
        await audit.note(author.entry("quarantine.retry", "\(id)", before: record.reason, after: after), by: author)
        return Replay(
            accepted: request.observations,
            quarantined: request.quarantine.count,
            position: position
        )
    }

    /// Drops an item that nobody wants.
    ///
    /// - Parameters:
    ///   - id: Its number.
    ///   - author: Who asks.
    /// - Throws: ``QuarantineRefusal/unknown``, or when that cannot be written; it is kept then.
    package func drop(_ id: Int64, by author: Author) async throws {
        let record = try await item(id)
        guard try await archive.release(quarantined: id) else { throw QuarantineRefusal.unknown }
        author.log("a quarantined item was dropped", ["item": "\(id)", "reason": .string(record.reason)])
        await audit.note(author.entry("quarantine.drop", "\(id)", before: record.reason, after: "dropped"), by: author)
    }

    /// The item as a request of its own: its id tells that it is the same when it is retried once more, and what of it still
    /// cannot be read is kept in its place.
    private func decode(_ record: QuarantineRecord) -> (request: IntakeRequest, reasons: [String]) {
        let requestID = "quarantine:\(record.id)"
        var request = IntakeRequest(
            receivedAt: now(),
            source: "quarantine",
            requestID: requestID,
            body: record.bytes,
            observations: 0
        )
        do throws(FindingDecodingError) {
            let decoder = FindingDecoder(defaults: routes.table.document.severities)
            var reasons: [String] = []
            for item in try decoder.decode(ParsedBody(record.bytes), requestID: requestID).items {
                switch item {
                case .event(let event): request.observations += event.observations.count
                case .nothing(let reason): reasons.append(reason)
                case .unreadable(let unreadable):
                    reasons.append(unreadable.reason)
                    let key = "\(requestID)#\(request.quarantine.count)"
                    request.quarantine.append(
                        QuarantinedItem(reason: unreadable.reason, bytes: unreadable.bytes, key: key)
                    )
                }
            }
            return (request, reasons)
        } catch {
            return (request, [error.description])
        }
    }

    private func accept(_ request: IntakeRequest) async throws -> Int64 {
        do {
            return try await intake.accept(request)
        } catch let error as IntakeError {
            throw QuarantineRefusal.notAccepted(error)
        }
    }

    /// What became of an item that could be read.
    package struct Replay: Sendable, Hashable {
        /// How many observations were accepted.
        package var accepted: Int
        /// How many parts of it still cannot be read; they are items of their own now.
        package var quarantined: Int
        /// Of the journal entry.
        package var position: Int64
    }
}

/// Why an item stays as it is.
package enum QuarantineRefusal: Error, Hashable {
    /// Nothing is kept under this number.
    case unknown
    /// It still cannot be read, for these reasons.
    case unreadable([String])
    /// It could be read and not be accepted.
    case notAccepted(IntakeError)
}
