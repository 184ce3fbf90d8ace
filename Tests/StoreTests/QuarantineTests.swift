import FoundationEssentials
import GRDB
import SQLiteStore
import Store
import Testing

@Suite("The quarantine")
struct QuarantineTests {
    private func request(_ items: [QuarantinedItem], at second: Double = 0) -> IntakeRequest {
        IntakeRequest(
            receivedAt: .t(second),
            source: "token",
            requestID: nil,
            body: [],
            observations: 0,
            quarantine: items
        )
    }

    @Test("the same item of the same request is kept once, also when it was taken out", arguments: Backend.available)
    func once(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let items = (0..<2).map { QuarantinedItem(reason: "r\($0)", bytes: [1], key: "firehose:a#\($0)") }
            for _ in 0..<3 { _ = try await store.roles.accept(request(items)) }
            _ = try await store.roles.accept(
                request([QuarantinedItem(reason: "other", bytes: [1], key: "firehose:b#0")])
            )
            for _ in 0..<2 { _ = try await store.roles.accept(request([QuarantinedItem(reason: "none", bytes: [1])])) }
            let kept = try await store.roles.quarantine(page: Page()).items
            #expect(kept.map(\.reason) == ["none", "none", "other", "r1", "r0"])
            let totals = try await store.roles.totals()
            #expect(totals.quarantined == 5)
            #expect(totals.quarantine.items == 5)

            let id = try #require(kept.last?.id)
            #expect(try await store.roles.release(quarantined: id))
            #expect(try await store.roles.release(quarantined: id) == false)
            #expect(try await store.roles.quarantined(id) == nil)
            _ = try await store.roles.accept(request(items))
            #expect(
                try await store.roles.quarantine(page: Page()).items.map(\.reason) == ["none", "none", "other", "r1"]
            )
            #expect(try await store.roles.totals().quarantine.items == 4)
        }
    }

    @Test("beyond its bytes the oldest items are dropped, and it says how many")
    func bounded() async throws {
        try await TemporaryDirectory.with { directory in
            let options = SQLiteStoreOptions(reserveBytes: 4_096, logBytes: 0, quarantineBytes: 100_000)
            let store = try SQLiteStore(directory: directory, options: options)
            for number in 0..<300 {
                // Also what has no bytes takes room.
                let bytes = [UInt8](repeating: 7, count: number % 3 == 0 ? 0 : 1_500)
                _ = try await store.accept(request([QuarantinedItem(reason: "r\(number)", bytes: bytes)]))
            }
            let totals = try await store.totals()
            #expect(totals.quarantine.bytes <= 100_000)
            #expect(totals.quarantine.bytes > 80_000)
            #expect(totals.quarantined == 300)
            #expect(totals.quarantine.items + totals.quarantine.dropped == 300)
            let kept = try await store.quarantine(page: Page(limit: 500)).items
            #expect(kept.count == totals.quarantine.items)
            #expect(kept.first?.reason == "r299")
            #expect(kept.last?.reason == "r\(300 - kept.count)")
            #expect(kept.reduce(0) { $0 + $1.bytes.count + $1.reason.utf8.count + 128 } == totals.quarantine.bytes)
            try await store.close()
        }
    }

    @Test("what is pruned no longer counts as kept", arguments: Backend.available)
    func pruned(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            for second in 0..<4 {
                _ = try await store.roles.accept(
                    request([QuarantinedItem(reason: "r", bytes: [1, 2])], at: Double(second))
                )
            }
            let first = try #require(try await store.roles.quarantine(page: Page()).items.last)
            _ = try await store.roles.release(quarantined: first.id)
            try await store.roles.prune(before: .t(100))
            let totals = try await store.roles.totals()
            #expect(totals.quarantine == Totals.Quarantine(items: 1, bytes: 131, dropped: 0))
        }
    }
}
