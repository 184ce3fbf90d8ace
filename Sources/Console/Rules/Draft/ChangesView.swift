import Operations
import HTTPSurface
import Routing

/// What is different between two rule sets, rule by rule.
struct ChangesView {
    var comparison: RouteComparison
    /// Whether names lead to where they can be edited.
    var leads = false

    private static let most = 200

    var html: HTML {
        guard comparison.isEmpty == false else { return #"<p class="m">Nothing means anything else.</p>"# }
        let shown: [HTML] = comparison.changes.prefix(ChangesView.most).map(change)
        let left = comparison.changes.count - ChangesView.most
        let more: HTML =
            left > 0 ? #"<p class="s f">\#(ShownNumber.grouped(left)) more changes are not shown.</p>"# : ""
        return #"<h2 class="vh">Rule by rule</h2><div class="row wrap s">\#(counts)</div>\#(shown)\#(more)"#
    }

    private var counts: HTML {
        let rules = comparison.changes(of: .rules)
        let kinds: [(RouteComparison.Kind, String)] = [
            (.changed, "move"), (.added, "gain"), (.removed, "loss"), (.moved, "move"),
        ]
        let tags: [HTML] = kinds.compactMap { kind, look in
            let count = rules.count { $0.kind == kind }
            return count == 0 ? nil : #"<span class="tag \#(look)">\#(count) \#(kind.verb)</span>"#
        }
        let others = comparison.changes.count - rules.count
        let rest: HTML = others > 0 ? #"<span class="tag move">\#(others) beside the rules</span>"# : ""
        return #"\#(tags)\#(rest)<span class="tag">\#(comparison.sameRules) as they were</span>"#
    }

    private func change(_ change: RouteComparison.Change) -> HTML {
        let look =
            switch change.kind {
            case .added: "gain"
            case .removed: "loss"
            case .changed, .moved: "move"
            }
        let moved: HTML =
            change.isMoved && change.kind != .moved ? #" <span class="tag move">\#(places(change))</span>"# : ""
        let word = change.kind == .moved ? places(change) : change.kind.verb
        return """
            <div><div class="row between"><h3>\(name(change))</h3><span class="row"><span class="tag \(look)">\(word)</span>\(moved)</span></div>\
            \(lines(change))</div>
            """
    }

    private func places(_ change: RouteComparison.Change) -> String {
        guard let before = change.placeBefore, let after = change.placeAfter else { return "moved" }
        return before == after ? "moved" : "moved from \(before) to \(after)"
    }

    private func name(_ change: RouteComparison.Change) -> HTML {
        switch change.section {
        case .rules:
            let place: HTML =
                change.kind == .removed ? "old \(change.placeBefore ?? 0) · " : "\(change.placeAfter ?? 0) · "
            guard leads, change.kind != .removed else { return "\(place)\(change.name)" }
            return #"\#(place)<a href="\#(ConsolePath.rule(change.name))">\#(change.name)</a>"#
        case .expectations where leads && change.kind != .removed:
            return #"expectation <a href="\#(ConsolePath.expectation(change.name))">\#(change.name)</a>"#
        case .document: return "“\(change.name)”"
        case .destinations, .windows, .accounts, .expectations: return "\(change.section.noun) \(change.name)"
        }
    }

    private func lines(_ change: RouteComparison.Change) -> HTML {
        guard change.kind != .moved else { return "" }
        var lines: [HTML] = []
        for member in change.members {
            let key = member.key.isEmpty ? "" : "\"\(member.key)\": "
            for (text, look, sign) in [(member.before, "d", "−"), (member.after, "a", "+")] {
                guard let text else { continue }
                let rows = ChangesView.dedented(key + text)
                lines += rows.map { #"<div class="\#(look)"> \#(sign) \#($0)</div>"# }
            }
        }
        return """
            <div class="diff" tabindex="0" role="region" aria-label="Difference of \(change.name)">\(lines)</div>
            """
    }

    /// The lines of a value without the indentation of its place.
    static func dedented(_ text: String) -> [String] {
        let lines = text.replacing("\r", with: "").replacing("\t", with: "  ").split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        guard lines.count > 1, let last = lines.last else { return lines.map(String.init) }
        let indent = last.prefix { $0 == " " }.count
        return [String(lines[0])]
            + lines.dropFirst().map { String($0.dropFirst(min(indent, $0.prefix { $0 == " " }.count))) }
    }
}
