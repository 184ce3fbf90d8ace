import FoundationEssentials
import Store
import Testing

@Suite("Replays that are kept")
struct ReplayRecordsContractTests {
    private static func ask(_ id: String, _ question: String? = nil, form: Int = 1) -> ReplayAsk {
        ReplayAsk(
            id: id,
            question: question ?? "text \(id)\nversion 3\ndecisions\n-\n-",
            form: form,
            candidate: nil,
            against: 3,
            since: .t(-86_400.25),
            until: .t(0),
            depth: "decisions",
            author: "api:token.ci"
        )
    }

    private static let rules = ReplayedRules(candidate: Array("{\u{0}}".utf8))

    @discardableResult
    private static func add(
        _ id: String,
        begun: Bool = false,
        at seconds: Double = 0,
        to store: any EveryRole
    ) async throws -> ReplayAdmission {
        try await store.startReplay(ask(id), rules, isBegun: begun, now: .t(seconds))
    }

    @Test("a replay waits, runs, tells how far it is, and ends with its result", arguments: Backend.available)
    func life(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let roles = store.roles
            let added = try await Self.add("r1", to: roles)
            let record = try #require(try await roles.replay("r1"))
            #expect(added == .added(record))
            #expect(record.ask == Self.ask("r1") && record.state == .queued && record.createdAt == .t(0))
            #expect(try await roles.replayedRules("r1") == Self.rules)
            #expect(try await roles.beginReplay("r1", now: .t(1)))
            #expect(try await roles.noteReplay("r1", progress: #"{"done":1}"#, now: .t(2)))
            #expect(try await roles.noteReplay("r1", progress: nil, now: .t(3)))
            let running = try #require(try await roles.replay("r1"))
            #expect(running.state == .running && running.startedAt == .t(1) && running.progress == #"{"done":1}"#)
            #expect(running.revision > record.revision && running.finishedAt == nil)
            #expect(try await roles.replayResult("r1") == nil)
            let result = [UInt8](repeating: 0, count: 300_000) + [255, 0]
            try await roles.endReplay("r1", .done(result), progress: #"{"done":2}"#, now: .t(4))
            let done = try #require(try await roles.replay("r1"))
            #expect(done.state == .done && done.finishedAt == .t(4) && done.progress == #"{"done":2}"#)
            #expect(done.revision > running.revision)
            // What is over stays as it is.
            try await roles.endReplay("r1", .failed("late"), progress: nil, now: .t(5))
            try await roles.cancelReplay("r1", now: .t(5))
            #expect(try await roles.replay("r1") == done)
            #expect(try await roles.replayResult("r1") == result)
            #expect(try await roles.replays() == [done])
            #expect(try await roles.replay("r2") == nil)
            #expect(try await roles.replayedRules("r2") == nil)
            #expect(try await roles.noteReplay("r2", progress: "{}", now: .t(5)) == false)
            try await roles.endReplay("r2", .cancelled, progress: nil, now: .t(5))
            #expect(try await roles.replays() == [done])
        }
    }

    @Test("one that waits is cancelled at once, one that runs when it hears of it", arguments: Backend.available)
    func cancelled(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let roles = store.roles
            try await Self.add("r1", begun: true, to: roles)
            try await Self.add("r2", to: roles)
            for id in ["r1", "r2"] { try await roles.cancelReplay(id, now: .t(1)) }
            #expect(try await roles.replays().map(\.state) == [.cancelled, .running])
            #expect(try await roles.beginReplay("r2", now: .t(2)) == false)
            #expect(try await roles.noteReplay("r1", progress: "{}", now: .t(2)) == false)
            try await roles.endReplay("r1", .cancelled, progress: nil, now: .t(3))
            #expect(try await roles.replays().map(\.finishedAt) == [.t(1), .t(3)])
        }
    }

    @Test("a failure is kept in words", arguments: Backend.available)
    func failed(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await Self.add("r1", begun: true, to: store.roles)
            try await store.roles.endReplay("r1", .failed("no journal"), progress: nil, now: .t(1))
            let record = try await store.roles.replay("r1")
            #expect(record?.state == .failed && record?.failure == "no journal")
        }
    }

    @Test("four wait at most, and who runs at once does not count", arguments: Backend.available)
    func full(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await Self.add("r0", begun: true, to: store.roles)
            for number in 1...4 { try await Self.add("r\(number)", to: store.roles) }
            #expect(try await Self.add("r5", to: store.roles) == .full)
            try await store.roles.cancelReplay("r2", now: .t(1))
            try await Self.add("r5", to: store.roles)
            #expect(try await store.roles.replays().map(\.ask.id) == ["r5", "r4", "r3", "r2", "r1", "r0"])
        }
    }

    @Test(
        "the same question gets the same replay for ten minutes, unless nothing came of it",
        arguments: Backend.available
    )
    func same(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let roles = store.roles
            func start(_ id: String, at seconds: Double, form: Int = 1) async throws -> String? {
                let ask = Self.ask(id, "same", form: form)
                switch try await roles.startReplay(ask, Self.rules, isBegun: true, now: .t(seconds)) {
                case .added(let record), .known(let record): return record.ask.id
                case .full: return nil
                }
            }
            #expect(try await start("r1", at: 0) == "r1")
            #expect(try await start("r2", at: 599) == "r1")
            try await roles.endReplay("r1", .done([]), progress: nil, now: .t(599))
            #expect(try await start("r2", at: 599) == "r1")
            // A program that could not read its result asks again.
            #expect(try await start("r3", at: 599, form: 2) == "r3")
            #expect(try await start("r4", at: 600) == "r4")
            try await roles.endReplay("r4", .cancelled, progress: nil, now: .t(601))
            #expect(try await start("r5", at: 602) == "r5")
        }
    }

    @Test("twenty that are over are kept for a day, with what belongs to them", arguments: Backend.available)
    func bounded(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            let roles = store.roles
            for number in 0..<23 {
                try await Self.add("r\(number)", begun: true, at: Double(number), to: roles)
                try await roles.endReplay("r\(number)", .done([1]), progress: nil, now: .t(Double(number)))
            }
            #expect(try await roles.replays().map(\.ask.id) == (3..<23).reversed().map { "r\($0)" })
            #expect(try await roles.replayResult("r2") == nil)
            #expect(try await roles.replayResult("r3") == [1])
            try await Self.add("late", at: ReplayRecord.keptFor + 21, to: roles)
            #expect(try await roles.replays().map(\.ask.id) == ["late", "r22"])
        }
    }

    @Test("what a process has not ended is interrupted for the next one", arguments: Backend.available)
    func interrupted(backend: Backend) async throws {
        try await OpenStore.with(backend) { store in
            try await Self.add("r1", begun: true, to: store.roles)
            _ = try await store.roles.noteReplay("r1", progress: "{}", now: .t(7))
            try await Self.add("r2", to: store.roles)
            try await Self.add("r3", begun: true, to: store.roles)
            try await store.roles.endReplay("r3", .done([1]), progress: nil, now: .t(8))
            try await store.restart { store in
                let records = try await store.roles.replays()
                #expect(records.map(\.state) == [.done, .interrupted, .interrupted])
                #expect(records.map(\.finishedAt) == [.t(8), .t(0), .t(7)])
                #expect(try await store.roles.replayResult("r3") == [1])
                // The same may be asked again, and nobody waits for those that are gone.
                let again = Self.ask("r1b", Self.ask("r1").question)
                let admission = try await store.roles.startReplay(again, Self.rules, isBegun: false, now: .t(9))
                #expect(admission == .added(try #require(try await store.roles.replay("r1b"))))
                for number in 4..<7 { #expect(try await Self.add("r\(number)", to: store.roles) != .full) }
                #expect(try await Self.add("r7", to: store.roles) == .full)
            }
        }
    }
}
