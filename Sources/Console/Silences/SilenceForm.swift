import Findings
import FoundationEssentials
import Routing

/// A silence as somebody fills it in: texts of fields, which may not make one yet.
struct SilenceForm: Sendable, Hashable {
    /// How long, in the words of the form.
    enum Span: String, Sendable, Hashable, CaseIterable {
        case hour = "1h"
        case shift = "4h"
        case morning = "9"
        case week = "7d"
        /// Until the moment in ``SilenceForm/until``.
        case other

        var words: String {
            switch self {
            case .hour: "1 h"
            case .shift: "4 h"
            case .morning: "until 09:00"
            case .week: "7 d"
            case .other: "until"
            }
        }

        /// When it is over; `nil` for ``other``.
        func end(from now: Date) -> Date? {
            let hour = 3_600.0
            switch self {
            case .hour: return now.addingTimeInterval(hour)
            case .shift: return now.addingTimeInterval(4 * hour)
            case .week: return now.addingTimeInterval(168 * hour)
            case .morning:
                let day = 24 * hour
                let nine = (now.timeIntervalSince1970 / day).rounded(.down) * day + 9 * hour
                return Date(timeIntervalSince1970: nine > now.timeIntervalSince1970 ? nine : nine + day)
            case .other: return nil
            }
        }
    }

    /// The fields that the form has rows for, in its order.
    static let fields: [Condition.Field] = [.account, .region, .product, .type, .control, .resource, .title]

    /// What was typed into the row of a field: several values apart by commas, but of a title only one.
    var values: [Condition.Field: String] = [:]
    /// A label, or one after `>=`, `<=`.
    var severity = ""
    /// The whole condition as JSON, which counts in the place of the rows.
    var json = ""
    var span = Span.shift
    var until = ""
    var owner = ""
    var reason = ""
    var breaksOnRaise = true
    var destinations: [String] = []
    /// Whether it is meant although it hides much.
    var isMeant = false

    init() {}

    /// What a silence about a finding usually is: what one control or type finds in one account.
    init(about finding: Finding) {
        values[.account] = finding.account
        if let control = finding.controls.first {
            values[.control] = control
        } else if let type = finding.types.first, type.contains(",") == false {
            values[.type] = type
        } else {
            values[.title] = finding.title
        }
    }

    init(_ form: Form) {
        for field in SilenceForm.fields { values[field] = form[field.rawValue] }
        severity = form["severity"] ?? ""
        json = form["json"] ?? ""
        span = form["for"].flatMap(Span.init) ?? .shift
        until = form["until"] ?? ""
        owner = SilenceForm.line(form["owner"])
        reason = SilenceForm.line(form["reason"])
        breaksOnRaise = form["breaksOnRaise"] != nil
        destinations = form.fields.all("destination")
        isMeant = form["meant"] != nil
    }

    /// The condition as JSON text: the box with it, or else the rows that are filled in.
    var condition: String {
        let written = SilenceForm.line(json)
        guard written.isEmpty else { return written }
        var members: [JSONValue.Member] = []
        for field in SilenceForm.fields {
            let text = SilenceForm.line(values[field])
            let words = field == .title ? [text] : text.split(separator: ",").map { SilenceForm.line(String($0)) }
            let filled = words.filter { $0.isEmpty == false }
            if filled.isEmpty == false { members.append(.init(field.rawValue, .array(filled.map { .string($0) }))) }
        }
        if severity.isEmpty == false { members.append(.init("severity", .string(severity))) }
        return JSONValue.object(members).text
    }

    /// Reads the condition.
    ///
    /// - Parameter groups: The account groups there are.
    /// - Returns: The condition, or what is wrong with it, in sentences.
    func condition(groups: [String]) -> Result<WrittenCondition, Mistakes> {
        do {
            let json = try JSONDocument.parse(condition, maximumDepth: 64)
            guard json.kind == .object else { return .failure(Mistakes(["The condition must be a JSON object."])) }
            return .success(try WrittenCondition.read(json, groups: groups).condition)
        } catch let error as RouteDocumentError {
            let errors = error.diagnostics.filter { $0.severity == .error }
            return .failure(Mistakes(errors.map { "\($0.pointer.dropFirst()): \($0.text)" }))
        } catch {
            return .failure(Mistakes(["The condition is not JSON: \(error)"]))
        }
    }

    struct Mistakes: Error, Hashable {
        var sentences: [String]

        init(_ sentences: [String]) { self.sentences = sentences }
    }

    /// When it ends; `nil` when the moment cannot be read.
    func end(from now: Date) -> Date? { span.end(from: now) ?? ShownMoment.read(until) }

    /// Without what surrounds a text that was pasted.
    private static func line(_ text: String?) -> String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        guard let text else { return "" }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}

/// Moments as people type them into forms.
enum ShownMoment {
    /// `2026-11-28 09:00`, `2026-11-28T09:00`, or RFC 3339; UTC where it does not say.
    static func read(_ text: String) -> Date? {
        var written = text.replacing(" ", with: "T")
        if written.count == 10 { written += "T00:00" }
        if written.count == 16 { written += ":00" }
        if written.count == 19 { written += "Z" }
        do {
            return try Date.ISO8601FormatStyle().parse(written)
        } catch {
            return nil
        }
    }

    /// As the forms show it: `2026-11-28 09:00`.
    static func text(_ date: Date) -> String {
        String(date.formatted(.iso8601).prefix(16)).replacing("T", with: " ")
    }
}
