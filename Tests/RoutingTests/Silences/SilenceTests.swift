import FoundationEssentials
import NoroshiTestSupport
import Routing
import Testing

@Suite("Silences")
struct SilenceTests {
    private let now = Date(timeIntervalSince1970: 1_790_000_000)

    private func silence(from start: Double, to end: Double) throws -> Silence {
        let draft = try SilenceDraft.example(startsAt: now + start, endsAt: now + end)
        return Silence(draft, id: "s1", author: "api:a", at: now + min(start, 0) - 10)
    }

    @Test(
        "the state follows from the start, which is inside, and the end, which is outside",
        arguments: [
            (-1, 60, Silence.State.active), (0, 60, .active), (1, 60, .pending), (-60, 0, .expired),
            (-60, 1, .active),
        ] as [(Double, Double, Silence.State)]
    )
    func states(start: Double, end: Double, state: Silence.State) throws {
        #expect(try silence(from: start, to: end).state(at: now) == state)
    }

    /// From and to are those of the silence, start and end what is asked for; all in seconds from now.
    @Test(
        "an edit is in place only where what is hidden stays what it was",
        arguments: [
            // Active: the start stays, the end may move as long as it is to come.
            (-60, 60, nil, 600, true), (-60, 60, -60, 600, true), (-60, 60, -30, 600, false),
            (-60, 60, 30, 600, false), (-60, 60, nil, 10, true),
            // Pending: both may move; a start in the past is now.
            (60, 120, nil, 600, true), (60, 120, 30, 600, true), (60, 120, -30, 600, true),
            // Over: never again.
            (-120, -60, nil, 600, false), (-120, 0, -120, 600, false),
        ] as [(Double, Double, Double?, Double, Bool)]
    )
    func edits(from: Double, to: Double, start: Double?, end: Double, isInPlace: Bool) throws {
        let silence = try silence(from: from, to: to)
        let draft = try SilenceDraft.example(
            owner: "Bo",
            startsAt: start.map { now + $0 },
            endsAt: now + end,
            breaksOnRaise: false
        )
        let edited = silence.edited(draft, at: now)
        #expect((edited != nil) == isInPlace)
        guard let edited else { return }
        #expect(edited.id == "s1" && edited.owner == "Bo" && edited.breaksOnRaise == false)
        #expect(edited.endsAt == now + end && edited.updatedAt == now && edited.createdAt == silence.createdAt)
        #expect(edited.startsAt == (from < 0 ? silence.startsAt : max(now, now + (start ?? from))))
    }

    @Test("another condition or other destinations are never in place")
    func scope() throws {
        let silence = try silence(from: -60, to: 60)
        let end = now + 600
        #expect(silence.edited(try .example(when: #"{"region": "us-*"}"#, endsAt: end), at: now) == nil)
        #expect(silence.edited(try .example(destinations: ["mail"], endsAt: end), at: now) == nil)
        #expect(silence.edited(try .example(when: #"{ "account":"111122223333" }"#, endsAt: end), at: now) != nil)
    }

    @Test("an edit that changes nothing leaves the silence as it is")
    func nothing() throws {
        let silence = try silence(from: -60, to: 60)
        #expect(silence.edited(try .example(endsAt: silence.endsAt), at: now) == silence)
    }

    @Test("ending a silence twice is ending it once, and a pending one never begins")
    func expire() throws {
        let active = try silence(from: -60, to: 60).expired(at: now)
        #expect(active.state(at: now) == .expired && active.endsAt == now && active.startsAt == now - 60)
        #expect(active.expired(at: now + 5) == active)
        let pending = try silence(from: 60, to: 120).expired(at: now)
        #expect(pending.state(at: now) == .expired && pending.startsAt == now && pending.endsAt == now)
    }
}
