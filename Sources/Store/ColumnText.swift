package import Findings
package import Routing
package import Triage

/// Words and numbers of columns that stand for cases; each reading throws ``Findings/StoredFormError`` for what it does not know.
package enum ColumnText {
    /// - Parameter level: See ``Findings/Severity``.
    /// - Returns: The severity.
    /// - Throws: ``Findings/StoredFormError``.
    package static func severity(_ level: Int) throws -> Severity {
        guard let level = UInt8(exactly: level), let severity = Severity(rawValue: level) else {
            throw StoredFormError("severity \(level) is of a later version")
        }
        return severity
    }

    /// - Parameter word: `ACTIVE` or another of ``Findings/FindingStatus``.
    /// - Returns: The status.
    /// - Throws: ``Findings/StoredFormError``.
    package static func status(_ word: String) throws -> FindingStatus {
        guard let status = FindingStatus(rawValue: word) else {
            throw StoredFormError("status \(word) is of a later version")
        }
        return status
    }

    /// - Parameter word: See ``Routing/Transition``.
    /// - Returns: The transition.
    /// - Throws: ``Findings/StoredFormError``.
    package static func transition(_ word: String) throws -> Transition {
        guard let transition = Transition(rawValue: word) else {
            throw StoredFormError("transition \(word) is of a later version")
        }
        return transition
    }

    /// 0 pending, 1 sending, 2 delivered, 3 dead, 4 diverted, 5 folded.
    package static func code(of state: Notification.State) -> Int {
        switch state {
        case .pending: 0
        case .sending: 1
        case .delivered: 2
        case .dead: 3
        case .diverted: 4
        case .folded: 5
        }
    }

    /// The state with this code.
    ///
    /// - Parameter code: See ``code(of:)-(Notification.State)``.
    /// - Returns: The state.
    /// - Throws: ``Findings/StoredFormError``.
    package static func notificationState(_ code: Int) throws -> Notification.State {
        guard let state = Notification.State.allCases.first(where: { self.code(of: $0) == code }) else {
            throw StoredFormError("notification state \(code) is of a later version")
        }
        return state
    }

    /// 0 waiting, 1 told, 2 withdrawn.
    package static func code(of state: WaitingItem.State) -> Int {
        switch state {
        case .waiting: 0
        case .told: 1
        case .withdrawn: 2
        }
    }

    /// The state with this code.
    ///
    /// - Parameter code: 0, 1 or 2.
    /// - Returns: The state.
    /// - Throws: ``Findings/StoredFormError``.
    package static func itemState(_ code: Int) throws -> WaitingItem.State {
        switch code {
        case 0: .waiting
        case 1: .told
        case 2: .withdrawn
        default: throw StoredFormError("state \(code) of a waiting item is of a later version")
        }
    }
}
