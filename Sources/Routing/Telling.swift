import Findings
package import FoundationEssentials

/// When a destination would be told of a finding that came at some moment, as far as the rules say.
package struct Telling: Sendable, Hashable {
    package var how: How
    /// The earliest moment; `nil` when nobody is told.
    package var at: Date?
    /// `at once`, `with its group after 2 min`, `in the digest of Monday 08:30 (Europe/Berlin)`, `held until 07:00 …`.
    package var text: String
    /// What may change that and is not known from the rules and the finding, in words.
    package var conditions: [String]

    package init(how: How, at: Date?, text: String, conditions: [String] = []) {
        self.how = how
        self.at = at
        self.text = text
        self.conditions = conditions
    }

    package enum How: String, Sendable, Hashable, CaseIterable {
        case now
        /// With the first message of its group.
        case group
        case digest
        /// When a mute window ends.
        case held
        /// A silence hides it; what is still open when that ends is told then.
        case silenced
        /// A mute window drops it.
        case dropped
        /// The rule does not announce this, or there is nothing to announce.
        case unannounced
    }
}

extension Decision.Routed {
    /// When the destination would be told, had the finding never been seen there before.
    ///
    /// - Parameters:
    ///   - finding: What came.
    ///   - now: When it came.
    ///   - silences: The silences whose condition accepts it, in force or not; none when they are not known.
    /// - Returns: What ``Triage`` would do, in the order in which it asks.
    func telling(of finding: Finding, at now: Date, silences: [Silence]) -> Telling {
        switch finding.status {
        case .resolved:
            return Telling(
                how: .unannounced,
                at: nil,
                text: "nothing to tell: it is over, and an end is told only where its beginning was"
            )
        case .acknowledged where terms.notify.contains(.acknowledged) == false:
            return Telling(how: .unannounced, at: nil, text: "not told: somebody upstream has taken note of it")
        case .active where terms.notify.contains(.opened) == false:
            return Telling(how: .unannounced, at: nil, text: "not told when it opens: \"notify\" leaves out \"opened\"")
        case .acknowledged, .active: break
        }
        var telling = telling(of: finding.severity, at: now, silences: silences)
        if let unless = terms.unless, telling.how != .dropped, telling.how != .silenced, terms.digest == nil {
            let when = unless.when.tests.isEmpty ? "" : " that its \"unless\" asks for"
            telling.conditions.append(
                "not while something more severe\(when) about the same \(unless.equal.joined(separator: ", ")) is open"
            )
        }
        return telling
    }

    private func telling(of severity: Severity, at now: Date, silences: [Silence]) -> Telling {
        let hiding = silences.filter { silence in
            silence.state(at: now) == .active && (silence.destinations?.contains(destination) ?? true)
        }
        if let last = hiding.max(by: { $0.endsAt < $1.endsAt }) {
            let after = terms(of: severity, at: last.endsAt)
            let then = after.how == .now ? "" : ", \(after.text)"
            return Telling(
                how: .silenced,
                at: after.at,
                text: "hidden by silence \(last.id) until \(WallClock.gmt.text(of: last.endsAt, from: now)); "
                    + "told then if it is still open\(then)"
            )
        }
        return terms(of: severity, at: now)
    }

    private func terms(of severity: Severity, at now: Date) -> Telling {
        let holding = terms.mutes.compactMap { mute in mute.until(severity, at: now).map { (mute, $0) } }
        if let (mute, end) = holding.first(where: { $0.0.action == .drop }) {
            let until = mute.clock.text(of: end, from: now)
            return Telling(how: .dropped, at: nil, text: "not told: a window drops it until \(until) (\(mute.reason))")
        }
        if let digest = terms.digest {
            let at = digest.next(after: now)
            let clock = WallClock(zone: digest.timeZone)
            return Telling(
                how: .digest,
                at: at,
                text: "in the digest of \(clock.text(of: at, from: now, withDay: true))"
            )
        }
        let wait = terms.group?.wait ?? .zero
        let due = now.addingTimeInterval(wait.seconds)
        var conditions: [String] = []
        if let group = terms.group, group.isEach == false {
            let interval = Telling.words(group.interval)
            conditions.append("if its group was told of within the last \(interval), with that group's next message")
        }
        if let (mute, end) = holding.max(by: { $0.1 < $1.1 }), end > due {
            let text = "held until \(mute.clock.text(of: end, from: now)) (\(mute.reason))"
            return Telling(how: .held, at: end, text: text, conditions: conditions)
        }
        guard wait > .zero else { return Telling(how: .now, at: now, text: "at once", conditions: conditions) }
        return Telling(
            how: .group,
            at: due,
            text: "with its group after \(Telling.words(wait))",
            conditions: conditions
        )
    }
}

extension Telling {
    /// `2 min`, `90 s`, `24 h`, `7 d`: in the largest unit without a rest.
    package static func words(_ duration: Duration) -> String {
        let text = DurationText.text(duration)
        let unit = text.drop { $0.isNumber }
        return "\(text.prefix { $0.isNumber }) \(unit == "m" ? "min" : unit)"
    }
}

extension Mute {
    /// The clock by which its windows go.
    fileprivate var clock: WallClock { windows.first.map { WallClock(zone: $0.timeZone) } ?? .gmt }
}

extension WallClock {
    static let gmt = WallClock(zone: .gmt)

    private static let days = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"]

    /// The time that the clock shows, with the day when that is another one: `07:00 (Europe/Berlin)`,
    /// `Monday 08:30 (UTC)`, `2026-12-24 08:30 (UTC)`.
    ///
    /// - Parameters:
    ///   - date: The moment.
    ///   - now: The moment from which it is looked at.
    ///   - withDay: Whether the day is named even when it is today.
    /// - Returns: Words.
    func text(of date: Date, from now: Date, withDay: Bool = false) -> String {
        let day = day(at: date)
        let shown = reading(at: date)
        let minutes = (shown - day * 86_400) / 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time = "\(two(minutes / 60)):\(two(minutes % 60))"
        let zoneName = zone.identifier == "GMT" ? "UTC" : zone.identifier
        let ahead = day - self.day(at: now)
        var prefix = ""
        if ahead < 0 || ahead > 6 {
            prefix = "\(Date(timeIntervalSince1970: Double(day) * 86_400).iso8601.prefix(10)) "
        } else if ahead > 0 || withDay {
            prefix = "\(WallClock.days[day % 7]) "
        }
        return "\(prefix)\(time) (\(zoneName))"
    }
}
