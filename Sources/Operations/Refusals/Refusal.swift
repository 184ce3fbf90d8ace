package import Findings
package import Routing
package import Store
import Triage

/// An error of an operation that is an answer and no accident: somebody asked for what cannot be.
package protocol Refusal: Error {
    /// What to tell whoever asked.
    var answer: RefusalAnswer { get }
}

/// What an operation answers in the place of doing what was asked, whatever the face through which it was asked.
package struct RefusalAnswer: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// What was asked cannot be used as it is written.
        case unusable
        /// It holds more than is taken.
        case tooLarge
        case unknown
        /// Nobody may do it here, whoever asks.
        case forbidden
        case conflict
        /// It has changed since it was read.
        case changed
        /// It can be read, and still not be done.
        case impossible
        /// It was asked too often; it may be asked again after so many seconds.
        case tooSoon(retryAfter: Int)
        /// It may be asked again, after so many seconds.
        case unavailable(retryAfter: Int)

        /// The status code of HTTP that says the same (RFC 9110 §15).
        package var statusCode: Int {
            switch self {
            case .unusable: 400
            case .forbidden: 403
            case .unknown: 404
            case .conflict: 409
            case .changed: 412
            case .tooLarge: 413
            case .impossible: 422
            case .tooSoon: 429
            case .unavailable: 503
            }
        }
    }

    /// After how many seconds it may be asked again, where that is known.
    package var retryAfter: Int? {
        switch kind {
        case .tooSoon(let seconds), .unavailable(let seconds): seconds
        default: nil
        }
    }

    /// One thing that was wrong.
    package struct Fault: Sendable, Hashable {
        package var detail: String
        /// In the body (RFC 6901).
        package var pointer: String?
        /// 1-based.
        package var line: Int?
        package var column: Int?
        /// The nearest word that would do.
        package var nearest: String?

        init(
            detail: String,
            pointer: String? = nil,
            line: Int? = nil,
            column: Int? = nil,
            nearest: String? = nil
        ) {
            self.detail = detail
            self.pointer = pointer
            self.line = line
            self.column = column
            self.nearest = nearest
        }
    }

    package var kind: Kind
    /// What was wrong and what to do, in sentences.
    package var detail: String
    package var faults: [Fault]
    /// What a program needs to go on: figures, and the paths of what is meant.
    package var facts: [JSONValue.Member]

    init(_ kind: Kind, detail: String, faults: [Fault] = [], facts: KeyValuePairs<String, JSONValue> = [:]) {
        self.kind = kind
        self.detail = detail
        self.faults = faults
        self.facts = facts.map { JSONValue.Member($0, $1) }
    }

    /// It may be asked again.
    fileprivate static func notDone(_ words: String) -> RefusalAnswer {
        RefusalAnswer(.unavailable(retryAfter: 10), detail: "Not done: \(words).")
    }
}

extension StoreTrouble: Refusal {
    package var answer: RefusalAnswer { .notDone("\(self)") }
}

extension IntakeError: Refusal {
    package var answer: RefusalAnswer { .notDone("\(self)") }
}

extension QueryTimeout: Refusal {
    package var answer: RefusalAnswer { .notDone("\(self)") }
}

extension InvalidCursor: Refusal {
    package var answer: RefusalAnswer {
        RefusalAnswer(
            .unusable,
            detail: "The query cannot be used.",
            faults: [RefusalAnswer.Fault(detail: "cursor: \(self)")]
        )
    }
}

extension UnknownName: Refusal {
    package var answer: RefusalAnswer {
        let advice =
            nearest.map { "; did you mean \(quoted($0))?" }
            ?? (known.isEmpty ? "; there are none" : "; there are \(known.map(quoted).joined(separator: ", "))")
        return RefusalAnswer(
            .unknown,
            detail: "The rules in force have no \(noun.rawValue) \(quoted(name)), and nothing of an earlier one is here"
                + advice
        )
    }
}

extension AmbiguousID {
    /// The 409 answer that names those that fit; `noun` is what ids are of, in the plural.
    fileprivate func answer(of noun: String) -> RefusalAnswer {
        let shown = candidates.joined(separator: ", ") + (hasMore ? " and more" : "")
        return RefusalAnswer(
            .conflict,
            detail: "Several \(noun) could be meant by \(quoted(text)): \(shown). Give more of it."
        )
    }
}

extension FindingRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .unknown: RefusalAnswer(.unknown, detail: "There is no finding with this id or key.")
        case .ambiguous(let ambiguity): ambiguity.answer(of: "findings")
        }
    }
}

extension ExplanationRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .unreadable(.tooMany(let limit, _)):
            return RefusalAnswer(
                .tooLarge,
                detail: "The body holds more than the \(limit) findings that are read. Send fewer in one request."
            )
        case .unreadable(let error):
            var items: [RefusalAnswer.Fault] = []
            if case .syntax(let syntax) = error {
                let position = syntax.position
                items = [RefusalAnswer.Fault(detail: syntax.reason, line: position.line, column: position.column)]
            }
            return RefusalAnswer(.unusable, detail: "The body could not be read: \(error).", faults: items)
        case .unusableFields(let error):
            return RefusalAnswer(
                .unusable,
                detail: "The fields cannot be used.",
                faults: error.faults.map { RefusalAnswer.Fault(detail: $0.detail, pointer: $0.pointer) }
            )
        case .unknownFinding: return FindingRefusal.unknown.answer
        }
    }
}

extension DeliveryRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .unknown: RefusalAnswer(.unknown, detail: "There is no delivery with this id.")
        case .ambiguous(let ambiguity): ambiguity.answer(of: "deliveries")
        case .notRetryable(let state):
            RefusalAnswer(
                .conflict,
                detail: "The delivery is \(state.rawValue); only pending and dead ones can be sent again."
            )
        case .notExpected(let expected, let found):
            RefusalAnswer(
                .conflict,
                detail: """
                    \(found) dead deliveries are meant now, and not about \(expected) as expected; nothing was sent again. \
                    Look at them, and ask again with the new count.
                    """,
                facts: ["count": .integer(found)]
            )
        }
    }
}

extension DestinationRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .unknown(let known):
            let names = known.isEmpty ? "none" : known.joined(separator: ", ")
            return RefusalAnswer(
                .unknown,
                detail: "There is no such destination in the rules in force; there are \(names)."
            )
        case .paused(let reason):
            return RefusalAnswer(
                .conflict,
                detail: "The destination is paused (\(reason)). Nothing was sent; resume it first."
            )
        case .testedJustNow(let seconds):
            return RefusalAnswer(
                .tooSoon(retryAfter: seconds),
                detail: "A test was sent there just now. Another may follow in \(seconds) s."
            )
        }
    }
}

extension QuarantineRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .unknown:
            RefusalAnswer(
                .unknown,
                detail: "Nothing is kept in quarantine under this number: it was accepted, dropped or too old."
            )
        case .unreadable(let reasons):
            RefusalAnswer(
                .impossible,
                detail: "The item still cannot be read; it stays in quarantine.",
                faults: reasons.map { RefusalAnswer.Fault(detail: $0) }
            )
        case .notAccepted(let error):
            RefusalAnswer(
                .unavailable(retryAfter: 5),
                detail: "The item was not accepted: \(error). It stays in quarantine; retry it later."
            )
        }
    }
}

extension SetAsideRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .unknown:
            RefusalAnswer(
                .unknown,
                detail: "No entry at this position stands aside; GET /api/v1/set-aside lists those that do."
            )
        }
    }
}

extension SilenceRefusal: Refusal {
    package var answer: RefusalAnswer {
        switch self {
        case .unknown: RefusalAnswer(.unknown, detail: "There is no silence with this id.")
        case .changed:
            RefusalAnswer(
                .changed,
                detail: "The silence has changed since it was read; read it again and decide anew."
            )
        case .tooMany:
            RefusalAnswer(
                .conflict,
                detail: "\(Silence.mostOpen) silences are pending or active; end one that is no longer needed."
            )
        }
    }
}

extension FaultyDraft: Refusal {
    package var answer: RefusalAnswer {
        RefusalAnswer(.unusable, detail: "The body cannot be used.", faults: faults.map(\.item))
    }
}

extension SilenceDraft.Fault {
    /// The fault at its place in the body.
    package var item: RefusalAnswer.Fault {
        let advice = suggestion.map { "; did you mean \"\($0)\"?" } ?? ""
        return RefusalAnswer.Fault(detail: reason + advice, pointer: pointer)
    }
}

/// The text in quotes, as JSON writes it.
private func quoted(_ text: String) -> String { JSONValue.string(EscapedText.visible(text)).text }
