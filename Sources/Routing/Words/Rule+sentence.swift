extension Rule {
    /// The whole rule as one sentence, for people to check what they have written.
    ///
    /// `HIGH or worse in no account of @payments: tell secops, grouped by account for 30 s; read no further`.
    package var sentence: Phrase {
        let subject = isEnabled ? when.phrase.capitalised : "Switched off: \(when.phrase)"
        return "\(subject): \(effect)\(end)."
    }

    private var effect: Phrase {
        if let suppress { return "tell nobody, because “\(suppress)”" }
        let to: Phrase = send.isEmpty ? "tell nobody" : "tell \(Phrase.list(send, last: " and "))"
        return Phrase.joined([to] + terms.phrases, ", ")
    }

    private var end: Phrase { stop ? "; \("read no further")" : "" }
}

extension RouteDocument.Fallback {
    /// What becomes of what no rule matches.
    package var sentence: Phrase {
        Phrase.joined(["What no rule matches: tell \(Phrase.list(send, last: " and "))"] + terms.phrases, ", ") + "."
    }
}
