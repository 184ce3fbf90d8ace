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
        let options: [HTML] = rules.enumerated().map { index, rule in
            let selected: HTML = index == place ? " selected" : ""
            let text = index == place ? "\(index + 1) (where it is)" : "\(index + 1), where “\(rule.name)” is"
            return #"<option value="\#(index + 1)"\#(selected)>\#(text)</option>"#
        }
        let field: HTML =
            rules.count <= 300
            ? #"<select name="to" id="to">\#(options)</select>"#
            : #"<input type="text" inputmode="numeric" name="to" id="to" value="\#(place + 1)" required pattern="[0-9]{1,6}">"#
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
}
