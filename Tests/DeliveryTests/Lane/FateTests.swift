import Delivery
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("What follows for a notification from one attempt")
struct FateTests {
    private let fallback = FallbackTarget(destination: "mail", recipients: ["a@example.com"])

    private func next(
        _ verdict: Outcome.Verdict,
        _ evidence: Outcome.Evidence = .init(),
        age: Double = 0,
        isPaused: Bool = false,
        change: (inout Notification) -> Void = { _ in }
    ) -> Settlement.Next {
        var notification = Notification.sample()
        change(&notification)
        let destination = Destination(
            name: "secops",
            transport: .webhook(WebhookSettings(url: .environment("U"))),
            retryFor: .seconds(3600)
        )
        return Fate.next(
            of: notification,
            after: Outcome(verdict, evidence),
            destination: destination,
            restsUntil: nil,
            isPaused: isPaused,
            age: age,
            fallback: fallback,
            now: Date.sample.addingTimeInterval(age)
        )
    }

    @Test("what was delivered is done")
    func delivered() { #expect(next(.delivered) == .delivered) }

    @Test("a refused message is tried once more in its minimal form, and then it is dead with what was sent")
    func refused() {
        #expect(next(.messageRefused) == .retry(at: .sample, isMinimal: true))
        let evidence = Outcome.Evidence(detail: "invalid_blocks", rendered: "{}")
        #expect(
            next(.messageRefused, evidence) { $0.isMinimal = true }
                == .dead(reason: "invalid_blocks", rendered: "{}", fallback: fallback)
        )
    }

    @Test("a refused mail address is dead at once")
    func recipient() {
        let evidence = Outcome.Evidence(errorClass: .recipientRefused, detail: "550 no such user")
        #expect(next(.messageRefused, evidence) == .dead(reason: "550 no such user", rendered: nil, fallback: fallback))
    }

    @Test(
        "a failing destination keeps the message until it is too old",
        arguments: [
            Outcome.Verdict.destinationFailed(retryAfter: nil), .uncertain, .destinationGone,
            .recipientFailed(retryAfter: nil),
        ]
    )
    func expiry(verdict: Outcome.Verdict) {
        #expect(
            next(verdict, age: 3599)
                == .retry(at: Date.sample.addingTimeInterval(3599), isMinimal: false)
        )
        let evidence = Outcome.Evidence(detail: "connection refused")
        #expect(
            next(verdict, evidence, age: 3600)
                == .dead(reason: "not delivered within 60 min: connection refused", rendered: nil, fallback: fallback)
        )
    }

    @Test("what a person has paused does not expire")
    func paused() {
        #expect(
            next(.uncertain, age: 1e6, isPaused: true)
                == .retry(at: Date.sample.addingTimeInterval(1e6), isMinimal: false)
        )
    }

    @Test("a notification that stands in for another has no fallback of its own")
    func noChain() {
        #expect(
            next(.messageRefused) {
                $0.isMinimal = true
                $0.fallbackFor = "other"
            } == .dead(reason: "refused", rendered: nil, fallback: nil)
        )
    }
}
