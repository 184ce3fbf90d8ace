import Findings
package import FoundationEssentials

/// What somebody asks a silence to be.
package struct SilenceDraft: Sendable, Hashable {
    package var when: WrittenCondition
    package var owner: String
    package var reason: String
    /// `nil` stands for all destinations.
    package var destinations: [String]?
    /// `nil` stands for now, and for an edit for what it is.
    package var startsAt: Date?
    package var endsAt: Date
    package var breaksOnRaise: Bool

    package init(
        when: WrittenCondition,
        owner: String,
        reason: String,
        destinations: [String]? = nil,
        startsAt: Date? = nil,
        endsAt: Date,
        breaksOnRaise: Bool = true
    ) {
        self.when = when
        self.owner = owner
        self.reason = reason
        self.destinations = destinations.map { Array(Set($0)).sorted() }
        self.startsAt = startsAt?.wholeSeconds
        self.endsAt = endsAt.wholeSeconds
        self.breaksOnRaise = breaksOnRaise
    }

    /// One thing that is wrong with a draft.
    package struct Fault: Sendable, Hashable {
        /// JSON pointer to the value, under the names of this type's properties.
        package var pointer: String
        /// What was expected and what was found.
        package var reason: String
        /// The nearest valid word, when there is one.
        package var suggestion: String?
    }

    /// Everything that keeps the draft from being a silence; see the static function of this name.
    package func faults(at now: Date, destinations known: [String]) -> [Fault] {
        SilenceDraft.faults(
            when: when,
            owner: owner,
            reason: reason,
            destinations: destinations,
            startsAt: startsAt,
            endsAt: endsAt,
            at: now,
            known: known
        )
    }

    /// Everything that is wrong with the parts of a draft, of which some may not be known.
    ///
    /// - Parameters:
    ///   - when: What is silenced.
    ///   - owner: Who answers for it.
    ///   - reason: Why.
    ///   - destinations: Where; `nil` for everywhere.
    ///   - startsAt: Its start; `nil` for now.
    ///   - endsAt: Its end.
    ///   - now: The time.
    ///   - known: The destinations of the rules in force.
    /// - Returns: None when what is known is good.
    package static func faults(
        when: WrittenCondition?,
        owner: String?,
        reason: String?,
        destinations: [String]?,
        startsAt: Date?,
        endsAt: Date?,
        at now: Date,
        known: [String]
    ) -> [Fault] {
        var faults: [Fault] = []
        func add(_ pointer: String, _ reason: String, _ suggestion: String? = nil) {
            faults.append(Fault(pointer: pointer, reason: reason, suggestion: suggestion))
        }
        if let condition = when?.condition {
            if condition.tests.isEmpty {
                add("/when", "a silence needs at least one test; {} would hide everything")
            } else if condition.acceptsEverything {
                add("/when", "this matches every finding; say which ones are meant")
            }
        }
        for (pointer, text) in [("/owner", owner), ("/reason", reason)] where text.map(isInWords) == false {
            add(pointer, "expected one line in words, 1 to \(Silence.longestText) characters")
        }
        if destinations?.isEmpty == true {
            add("/destinations", "expected at least one destination, or none of this key")
        }
        for name in destinations ?? [] where known.contains(name) == false {
            let suggestion = NearestWord.of(name, among: known)
            add("/destinations", "there is no destination \(EscapedText.quoted(name))", suggestion)
        }
        guard let endsAt else { return faults }
        let start = max(startsAt ?? now, now).wholeSeconds
        if endsAt <= now {
            add("/endsAt", "expected a moment to come")
        } else if endsAt <= start {
            add("/endsAt", "expected a moment after the start")
        } else if endsAt.timeIntervalSince(start) > Silence.longest.seconds {
            add("/endsAt", "a silence lasts at most 400 days")
        }
        return faults
    }

    private static func isInWords(_ text: String) -> Bool {
        text.unicodeScalars.count <= Silence.longestText && RouteReader.hasControlCharacter(text) == false
            && text.unicodeScalars.contains(where: \.properties.isAlphabetic)
    }
}

extension Date {
    /// The moment without its fraction of a second.
    package var wholeSeconds: Date { Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down)) }
}
