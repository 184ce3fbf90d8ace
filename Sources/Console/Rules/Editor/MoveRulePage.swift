import HTTPSurface
import Operations
import Routing

/// Where a rule is moved to, for those who cannot or do not want to move it step by step.
struct MoveRulePage {
    var bench: Workbench
    var name: String
    /// 0 or more.
    var place: Int

    var page: Page {
        let rules = bench.rules.document.rules
        let field = MoveRulePage.field("to", rules.map(\.name), chosen: place, last: nil)
        return Page(
            title: "Move \(name)",
            area: .rules,
            content: """
                \(bench.bar)<div class="crumb"><a href="/rules">Rules</a> / <a href="\(ConsolePath.rule(name))">\(name)</a></div>\
                <div class="head"><div><h1>Move \(name)</h1><p>It stands at \(place + 1) of \(rules.count). Rules are read from the top.</p>\
                </div></div><form class="card" method="post" action="/rules"><div class="body stack">\(bench.formFields)\
                \(.hiddenField("do", "move \(name)"))<label for="to">Position</label> \(field)\
                <div class="row"><button class="b p">Move in the draft</button><a class="b q" href="/rules">Leave it</a></div></div></form>
                """
        )
    }

    /// Rules that are offered by name; of more a number is typed.
    private static let mostOffered = 300

    /// A field for a place among rules.
    ///
    /// - Parameters:
    ///   - name: Of the field.
    ///   - rules: The names of those that are there.
    ///   - chosen: The place that is chosen, 0 or more.
    ///   - last: What the place after all of them is called; `nil` where there is none.
    /// - Returns: A list to choose from, or a box for a number.
    static func field(_ name: String, _ rules: [String], chosen: Int, last: String?) -> HTML {
        guard rules.count <= mostOffered else {
            return
                #"<input type="text" inputmode="numeric" name="\#(name)" id="\#(name)" value="\#(chosen + 1)" required pattern="[0-9]{1,6}">"#
        }
        let words = rules.enumerated().map { index, rule in
            last == nil && index == chosen ? "\(index + 1) (where it is)" : "\(index + 1), where “\(rule)” is"
        }
        let options: [HTML] = (words + [last].compactMap(\.self)).enumerated().map { index, text in
            let selected: HTML = index == chosen ? " selected" : ""
            return #"<option value="\#(index + 1)"\#(selected)>\#(text)</option>"#
        }
        return #"<select name="\#(name)" id="\#(name)">\#(options)</select>"#
    }
}
