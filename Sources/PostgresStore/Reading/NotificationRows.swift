import Findings
import FoundationEssentials
import Store
import Triage

/// The queue's rows. What there is to say is the observation that a row refers to.
enum NotificationRows {
    /// Whether a notification `n` is about a finding, or tells of it among others.
    ///
    /// - Parameter finding: What the statement has for the finding's number, e.g. `$1`.
    /// - Returns: A condition.
    static func speaks(ofFinding finding: String) -> String {
        """
        n.finding = \(finding) OR n.number = ANY(ARRAY(
            SELECT \(number(inColumn: "i.notification")) FROM waiting_items i
            WHERE i.finding = \(finding) AND i.notification IS NOT NULL))
        """
    }

    /// Whether a notification `n` is a rule's, or tells news of that rule among others.
    ///
    /// - Parameter rule: What the statement has for the rule's name, e.g. `$1`.
    /// - Returns: A condition.
    static func speaks(forRule rule: String) -> String {
        """
        n.rule = \(rule) OR EXISTS (SELECT 1 FROM waiting_items i WHERE i.notification = n.id AND i.rule = \(rule))
        """
    }

    /// The number in an id that stands in a column, NULL for what is no id; see `NotificationSequence`.
    static func number(inColumn id: String) -> String {
        """
        CASE WHEN \(id) ~ '^[0-9a-f]{32}$' THEN ('x' || substr(\(id), 13, 12))::bit(48)::bigint END
        """
    }

    /// The row of an id, `nil` when there is none.
    static func number(of id: String, _ session: Session) throws -> Int64? {
        guard let number = NotificationSequence.number(in: id) else { return nil }
        return try session.integer("SELECT number FROM notifications WHERE number = $1 AND id = $2", [number, id])
    }

    /// A condition on `n`.
    ///
    /// - Parameters:
    ///   - filter: What must hold.
    ///   - bindings: Of the statement; what the condition compares with is appended.
    ///   - session: Asked for the number of the filter's finding.
    /// - Returns: The condition, which can stand between `AND`s.
    /// - Throws: What the session throws.
    static func condition(
        _ filter: NotificationFilter,
        _ bindings: inout Bindings,
        _ session: Session
    ) throws -> String {
        var terms: [String] = []
        if let states = filter.states {
            let codes = states.map { String(ColumnText.code(of: $0)) }.sorted().joined(separator: ", ")
            // Spelled out, so that the indexes of one state are taken.
            terms.append(codes.isEmpty ? "FALSE" : states.count == 1 ? "n.state = \(codes)" : "n.state IN (\(codes))")
        }
        if let destination = filter.destination { terms.append("n.destination = \(bindings.place(destination))") }
        if let rule = filter.rule { terms.append("(\(speaks(forRule: bindings.place(rule))))") }
        if let errorClass = filter.errorClass { terms.append("n.error_class = \(bindings.place(errorClass))") }
        if let date = filter.createdAfter { terms.append("n.created_at >= \(bindings.place(date.stored))") }
        if let date = filter.createdBefore { terms.append("n.created_at < \(bindings.place(date.stored))") }
        if let key = filter.finding {
            let number = try FindingRows.number(of: key.rawValue, session) ?? -1
            terms.append("(\(speaks(ofFinding: bindings.place(number))))")
        }
        for excluded in filter.without {
            // What is unknown of a notification does not leave it out.
            terms.append("(\(try condition(excluded, &bindings, session))) IS NOT TRUE")
        }
        return terms.isEmpty ? "TRUE" : terms.joined(separator: " AND ")
    }
}
