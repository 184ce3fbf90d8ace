import FoundationEssentials
import Store
import Testing
import Triage

@Suite("The archive of what was received")
struct JournalArchiveContractTests {
    @Test("an entry is read back byte for byte, before and after it is applied", arguments: Backend.available)
    func readBack(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let archive = try #require(store.roles as? any JournalArchive)
            let request = IntakeRequest(
                receivedAt: .t(1),
                source: "token.siem",
                requestID: "r-1",
                body: [0x7B, 0xFF, 0x00, 0x7D],
                observations: 0
            )
            let position = try await store.roles.accept(request)
            let expected = JournalEntry(
                position: position,
                receivedAt: .t(1),
                source: "token.siem",
                requestID: "r-1",
                body: request.body,
                observations: 0
            )
            #expect(try await archive.journalEntry(at: position) == expected)
            try await store.roles.apply(
                [DecidedEntry(position: position, receivedAt: .t(1), events: [], observations: 0)],
                now: .t(2)
            )
            #expect(try await archive.journalEntry(at: position) == expected)
        }
    }

    @Test("there is nothing where nothing was written, or where it was pruned", arguments: Backend.available)
    func nothing(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let archive = try #require(store.roles as? any JournalArchive)
            for position in [Int64.min, -1, 0, 1, .max] {
                #expect(try await archive.journalEntry(at: position) == nil)
            }
            // The last entry stays, so that no position is given out twice.
            var positions: [Int64] = []
            for _ in 0..<2 {
                let request = IntakeRequest(receivedAt: .t(1), source: "s", requestID: nil, body: [1], observations: 0)
                positions.append(try await store.roles.accept(request))
            }
            try await store.roles.apply(
                positions.map { DecidedEntry(position: $0, receivedAt: .t(1), events: [], observations: 0) },
                now: .t(2)
            )
            try await store.roles.prune(before: .t(100))
            #expect(try await archive.journalEntry(at: positions[0]) == nil)
        }
    }
}
